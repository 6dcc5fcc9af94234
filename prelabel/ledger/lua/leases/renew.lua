-- Prolong the leases of work that a worker has in hand or fetched. ARGV: worker, lease_s, then pairs of work, token
for i = 3, #ARGV, 2 do
  local record = key(ARGV[i])
  local token, owner, reserved = unpack(redis.call('HMGET', record, 'token', 'owner', 'reserved'))
  if token == ARGV[i + 1] and (owner == ARGV[1] or owner == '' and reserved == ARGV[1]) then
    redis.call('HSET', record, 'lease', now + tonumber(ARGV[2]))
  end
end
return 1
