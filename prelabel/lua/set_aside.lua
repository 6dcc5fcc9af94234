-- A page is not for us, for good. ARGV: project, page, token, reason
local project, page = ARGV[1], ARGV[2]
if redis.call('HGET', key('page', project, page), 'token') ~= ARGV[3] then
  return 0
end
redis.call('HSET', key('skipped', project), page, ARGV[4])
remember_end(project, page)
tell_runs(project, page, 'open', 'skipped')
forget(project, page)
return 1
