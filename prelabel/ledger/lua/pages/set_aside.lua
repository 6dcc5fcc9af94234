-- A page is not to be predicted, for good. ARGV: project, page, token, reason
local project, page = ARGV[1], ARGV[2]
if not holds(table.concat({'page', project, page}, ':'), ARGV[3]) then
  return 0
end
if redis.call('HEXISTS', key('failed', project), page) == 0 then -- else the document has failed already
  redis.call('HSET', key('skipped', project), page, ARGV[4])
end
remember_end(project, page)
tell_runs(project, page, 'open', 'skipped')
forget(project, page)
return 1
