-- Read the outages. ARGV: none
-- Returns a flat list of server, code, message, since, seconds since then, seconds until the next probe.
local rows = {}
for _, server in ipairs(servers_away()) do
  local code, message, since, next_probe =
    unpack(redis.call('HMGET', key('outage', server), 'code', 'message', 'since', 'next_probe'))
  for _, part in ipairs({server, code, message, since, tostring(math.max(0, now - tonumber(since))),
                         tostring(math.max(0, tonumber(next_probe) - now))}) do
    table.insert(rows, part)
  end
end
return rows
