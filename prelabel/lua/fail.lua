-- A page has failed for good. ARGV: project, page, token, entry (JSON without the time)
local record = key('page', ARGV[1], ARGV[2])
if redis.call('HGET', record, 'token') ~= ARGV[3] then
  return 0
end
local entry = cjson.decode(ARGV[4])
entry.at = now
entry.image = redis.call('HGET', record, 'image')
put_on_failed_list(ARGV[1], ARGV[2], cjson.encode(entry))
return 1
