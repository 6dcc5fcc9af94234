-- A piece waits: with a worker that has fetched its message (reserved), or for the next try of its chain (attempts 1).
-- ARGV: project, document, number, token, lease_s, attempts, reserved
local record = key('piece', ARGV[1], ARGV[2], ARGV[3])
local token, owner = unpack(redis.call('HMGET', record, 'token', 'owner'))
if token ~= ARGV[4] or ARGV[7] ~= '' and owner ~= '' then
  return 0
end
redis.call('HSET', record, 'owner', '', 'since', now, 'lease', now + tonumber(ARGV[5]))
redis.call('HDEL', record, 'reserved')
if ARGV[7] ~= '' then
  redis.call('HSET', record, 'reserved', ARGV[7])
end
redis.call('HINCRBY', record, 'attempts', tonumber(ARGV[6]))
return 1
