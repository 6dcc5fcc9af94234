-- Say who would be to blame if this process died now. ARGV: charge (alone or ''), then triples project, page, token
for i = 2, #ARGV, 3 do
  local record = key('page', ARGV[i], ARGV[i + 1])
  if redis.call('HGET', record, 'token') == ARGV[i + 2] then
    if ARGV[1] == '' then
      redis.call('HDEL', record, 'charge')
    else
      redis.call('HSET', record, 'charge', ARGV[1])
    end
  end
end
return 1
