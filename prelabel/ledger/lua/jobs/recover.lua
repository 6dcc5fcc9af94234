-- Put document jobs back in line whose worker or message is gone, or whose wait is over. ARGV: none
-- Jobs that crash repeatedly fail instead. Returns the number of jobs without a worker or message.
local lost = 0
for _, member in ipairs(redis.call('SMEMBERS', key('intake', 'work'))) do
  local work = 'job:' .. member
  if lease_is_free(work) then
    lost = lost + (has_waited(work) and 0 or 1)
    local owner = redis.call('HGET', key(work), 'owner')
    local crashed = owner and owner ~= '' and is_dead(owner)
    if not (crashed and charge_crash(work)) then
      put_back(work)
    end
  end
end
return lost
