-- Prolong the lease of waiting work; work in hand does not change. ARGV: work, token, lease_s
local record = key(ARGV[1])
if holds(ARGV[1], ARGV[2]) and redis.call('HGET', record, 'owner') == '' then
  redis.call('HSET', record, 'lease', now + tonumber(ARGV[3]))
end
return 1
