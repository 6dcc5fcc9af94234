-- Recover document jobs whose worker or message is gone: they wait again. ARGV: none
-- Jobs that crash repeatedly fail instead. Returns the number of jobs.
local lost = 0
for _, member in ipairs(redis.call('SMEMBERS', key('intake', 'work'))) do
  local work = 'job:' .. member
  if lease_is_free(work) then
    lost = lost + 1
    local owner = redis.call('HGET', key(work), 'owner')
    local crashed = owner and owner ~= '' and is_dead(owner)
    if not (crashed and charge_crash(work)) then
      put_back(work)
    end
  end
end
return lost
