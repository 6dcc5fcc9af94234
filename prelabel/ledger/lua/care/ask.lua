-- Ask for a selection of a project: it needs care until one has succeeded. ARGV: project
ask_selection(ARGV[1])
return 1
