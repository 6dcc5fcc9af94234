-- A worker still has these pages in hand, or their messages. ARGV: worker, lease_s, then triples project, page, token
for i = 3, #ARGV, 3 do
  local record = key('page', ARGV[i], ARGV[i + 1])
  local token, owner, reserved = unpack(redis.call('HMGET', record, 'token', 'owner', 'reserved'))
  if token == ARGV[i + 2] and (owner == ARGV[1] or owner == '' and reserved == ARGV[1]) then
    redis.call('HSET', record, 'lease', now + tonumber(ARGV[2]))
  end
end
return 1
