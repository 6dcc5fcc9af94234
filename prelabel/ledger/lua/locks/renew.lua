-- Prolong a lock that this token still holds. ARGV: name, token, lease_ms
-- Returns 1 when it does.
local lock = key('lock', ARGV[1])
if redis.call('GET', lock) ~= ARGV[2] then
  return 0
end
return redis.call('PEXPIRE', lock, ARGV[3])
