-- Record looks. ARGV: none, then triples of member, time, again_s
-- `time`: that of `due`; what was remembered anew meanwhile stays as it is. `again_s`: 0 after the last look.
for i = 1, #ARGV, 3 do
  local member, again = ARGV[i], tonumber(ARGV[i + 2])
  if redis.call('ZSCORE', key('rechecks'), member) == ARGV[i + 1] then
    if again > 0 then
      redis.call('ZADD', key('rechecks'), now + again, member)
      redis.call('HINCRBY', key('rechecks', 'looks'), member, 1)
    else
      redis.call('ZREM', key('rechecks'), member)
      redis.call('HDEL', key('rechecks', 'looks'), member)
    end
  end
end
