-- A page has failed for good. ARGV: project, page, token, entry (JSON without time and image)
local record = key('page', ARGV[1], ARGV[2])
if redis.call('HGET', record, 'token') ~= ARGV[3] then
  return 0
end
put_on_failed_list(ARGV[1], ARGV[2], cjson.decode(ARGV[4]))
return 1
