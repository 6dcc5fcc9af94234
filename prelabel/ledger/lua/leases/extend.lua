-- Prolong the leases of waiting work; work in hand does not change. ARGV: lease_s, then pairs of work, token
for i = 2, #ARGV, 2 do
  local record = key(ARGV[i])
  if holds(ARGV[i], ARGV[i + 1]) and redis.call('HGET', record, 'owner') == '' then
    redis.call('HSET', record, 'lease', now + tonumber(ARGV[1]))
  end
end
return 1
