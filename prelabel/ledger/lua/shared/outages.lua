-- Outages: servers that are away (prelabel/ledger/outages.py). A record ends by itself when nobody probes any more.
--   since       time of the first evidence
--   code, message  the error that the server's last caller met
--   next_probe  time before which nobody calls the server
--   probing     time until which a probe may be under way
local function is_away(server)
  return redis.call('EXISTS', key('outage', server)) == 1
end

local function servers_away()
  local away = {}
  for _, server in ipairs(redis.call('SMEMBERS', key('outages'))) do
    if is_away(server) then
      table.insert(away, server)
    else
      redis.call('SREM', key('outages'), server)
    end
  end
  return away
end

-- Note that a wait is over at this time, for the next wake. `whose`: a project, or documents.
local function due_at(whose, time)
  local earlier = redis.call('ZSCORE', key('waits'), whose)
  if not earlier or tonumber(earlier) > time then
    redis.call('ZADD', key('waits'), time, whose)
  end
end
