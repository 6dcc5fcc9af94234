-- Record that a worker has fetched the message of waiting work. ARGV: work, token, worker, lease_s
local record = key(ARGV[1])
if holds(ARGV[1], ARGV[2]) and redis.call('HGET', record, 'owner') == '' then
  redis.call('HSET', record, 'reserved', ARGV[3], 'lease', now + tonumber(ARGV[4]))
end
return 1
