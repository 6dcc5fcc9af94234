-- Release a lock, or give up the wait for it, and wake the next waiter. ARGV: name, token
-- A lock that another token holds meanwhile stays as it is.
local name, token = ARGV[1], ARGV[2]
local lock = key('lock', name)
leave_line(name, token)
local holder = redis.call('GET', lock)
if holder == token then
  redis.call('DEL', lock)
end
local first = (not holder or holder == token) and first_in_line(name)
if first then
  local wake = key('lock', name, 'wake', first)
  redis.call('LPUSH', wake, 1)
  redis.call('PEXPIRE', wake, 10000)
end
