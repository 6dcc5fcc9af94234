-- A run without pages. What was cancelled before begins anew; what is paused stays so.
-- ARGV: run, project, seconds that it is kept, again (0|1)
local run, project = ARGV[1], ARGV[2]
if halted(project) == 'cancelled' then
  redis.call('DEL', key('halt', project))
end
redis.call('HSET', key('run', run), 'project', project, 'at', now, 'again', ARGV[4])
redis.call('EXPIRE', key('run', run), ARGV[3])
redis.call('SADD', key('runs', project), run)
redis.call('EXPIRE', key('runs', project), ARGV[3])
return 1
