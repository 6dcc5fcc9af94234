-- Let waiting work wait longer for its worker; work in hand is left as it is. ARGV: work, token, lease_s
local record = key(ARGV[1])
if holds(ARGV[1], ARGV[2]) and redis.call('HGET', record, 'owner') == '' then
  redis.call('HSET', record, 'lease', now + tonumber(ARGV[3]))
end
return 1
