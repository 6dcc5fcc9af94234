"""Worker processes. Their modules need our `tasks`, which a file of the same name may hide."""

from prelabel.startup.own_modules import require_own

require_own("tasks", command="prelabel worker io")
