-- Take a lock, or wait in line for it: first come, first served. ARGV: name, token, lease_ms, back_ms
-- `back_ms`: the waiter promises to call again within this time; 0: it does not wait. One that does not call has died or
-- stands still, and is passed over. Returns 1 when this token holds the lock now.
local name, token, lease, back = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local lock, line, due = key('lock', name), key('lock', name, 'line'), key('lock', name, 'due')
local holder, first = redis.call('GET', lock), first_in_line(name)
if holder == token or (not holder and (not first or first == token)) then
  redis.call('SET', lock, token, 'PX', lease)
  leave_line(name, token)
  return 1
end
if back > 0 then
  local last = redis.call('ZREVRANGE', line, 0, 0, 'WITHSCORES')[2]
  redis.call('ZADD', line, 'NX', tonumber(last or 0) + 1, token)
  redis.call('HSET', due, token, now + back / 1000)
  for _, part in ipairs({line, due}) do
    redis.call('PEXPIRE', part, lease + back)
  end
end
return 0
