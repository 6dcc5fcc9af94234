-- A worker has fetched the message of a waiting page. ARGV: project, page, token, worker, lease_s
local record = key('page', ARGV[1], ARGV[2])
local token, owner = unpack(redis.call('HMGET', record, 'token', 'owner'))
if token == ARGV[3] and owner == '' then
  redis.call('HSET', record, 'reserved', ARGV[4], 'lease', now + tonumber(ARGV[5]))
end
return 1
