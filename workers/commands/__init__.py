"""Commands that start processes: `prelabel worker`, `beat`, `uploader`, `flower`, `up`, `down`, `logs`."""
