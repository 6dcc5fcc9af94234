-- Look at something later, from the first look on. ARGV: after_s, then members
for i = 2, #ARGV do
  redis.call('ZADD', key('rechecks'), now + tonumber(ARGV[1]), ARGV[i])
  redis.call('HDEL', key('rechecks', 'looks'), ARGV[i])
end
