-- Return what is due, the longest due first, as triples of member, time, number of looks so far. ARGV: limit
local found = {}
local due = redis.call('ZRANGEBYSCORE', key('rechecks'), '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[1])
for i = 1, #due, 2 do
  table.insert(found, due[i])
  table.insert(found, due[i + 1])
  table.insert(found, redis.call('HGET', key('rechecks', 'looks'), due[i]) or '0')
end
return found
