-- Let a claim wait longer for its worker. ARGV: project, page, token, lease_s. A page already in hand is left as it is.
local record = key('page', ARGV[1], ARGV[2])
local token, owner = unpack(redis.call('HMGET', record, 'token', 'owner'))
if token == ARGV[3] and owner == '' then
  redis.call('HSET', record, 'lease', now + tonumber(ARGV[4]))
end
return 1
