-- Record that the pages of runs are listed. ARGV: project, then runs
for i = 2, #ARGV do
  if redis.call('EXISTS', key('run', ARGV[i])) == 1 then
    redis.call('HSET', key('run', ARGV[i]), 'opened', 1)
    end_run_if_over(ARGV[1], ARGV[i])
  end
end
redis.call('DEL', key('heirs', ARGV[1]))
return 1
