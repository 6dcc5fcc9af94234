-- Take pages off the failed list. ARGV: project, how, then pages
-- `how`: retry lets failed and dropped pages be selected again; drop sets failed pages aside, so that no selection
-- finds them. Returns the number of pages.
local project, ended = ARGV[1], 0
for i = 3, #ARGV do
  local page = ARGV[i]
  local entry = redis.call('HGET', key('failed', project), page)
  local failed = redis.call('HDEL', key('failed', project), page)
  if entry then
    tell_document(project, page, cjson.decode(entry).image, ARGV[2] == 'retry' and 'imported' or 'skipped')
  end
  if ARGV[2] == 'retry' then
    local dropped = redis.call('HDEL', key('skipped', project), page)
    if failed + dropped > 0 then
      redis.call('ZREM', key('finished', project), page)
      tell_runs(project, page, 'failed', 'open')
      ended = ended + 1
    end
  elseif failed == 1 then
    redis.call('HSET', key('skipped', project), page, 'dropped')
    tell_runs(project, page, 'failed', 'skipped')
    ended = ended + 1
  end
end
return ended
