-- End the halt of a project, and ask for a selection. ARGV: project
-- Returns paused or cancelled, nothing where the project was not halted.
local halt = halted(ARGV[1])
redis.call('DEL', key('halt', ARGV[1]))
if halt then
  ask_selection(ARGV[1])
end
return halt
