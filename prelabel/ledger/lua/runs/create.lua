-- Create a run without pages. This ends a cancellation of the project, and the problem of its last selection;
-- a paused project stays paused.
-- ARGV: run, project, again
-- `again`: 1 where pages of other pipeline versions are selected too.
local run, project = ARGV[1], ARGV[2]
if halted(project) == 'cancelled' then
  redis.call('DEL', key('halt', project))
end
redis.call('HSET', key('run', run), 'project', project, 'at', now, 'again', ARGV[3])
-- A worker of release 0.1 that opens the run gives its pages this life; without one it would delete them.
redis.call('EXPIRE', key('run', run), 10 * 365 * 86400)
redis.call('DEL', key('problem', project))
redis.call('SADD', key('runs', project), run)
redis.call('PERSIST', key('runs', project))
ask_selection(project)
return 1
