"""Controls of a labelling configuration: which one draws, labels and takes the text of a region, by Label Studio's own
rules of visibility and Submit.
"""
