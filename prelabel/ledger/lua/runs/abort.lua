-- Record that a run could not begin. ARGV: run, message
local project = redis.call('HGET', key('run', ARGV[1]), 'project')
if project then
  redis.call('HSET', key('run', ARGV[1]), 'error', ARGV[2])
  end_run_if_over(project, ARGV[1])
end
return 1
