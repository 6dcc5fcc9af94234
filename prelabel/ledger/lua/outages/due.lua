-- Take a probe that is due: no other process probes this server meanwhile. ARGV: pause_s, limit_s
-- `pause_s`: least time between two probes of a server. `limit_s`: longest time of a probe. Returns the server or nothing.
for _, server in ipairs(servers_away()) do
  local record = key('outage', server)
  local next_probe, probing = unpack(redis.call('HMGET', record, 'next_probe', 'probing'))
  if tonumber(next_probe) <= now and not (probing and tonumber(probing) > now) then
    redis.call('HSET', record, 'next_probe', now + tonumber(ARGV[1]), 'probing', now + tonumber(ARGV[2]))
    return server
  end
end
return nil
