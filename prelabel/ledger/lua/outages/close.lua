-- End the outage of a server that has answered. ARGV: server
-- Returns nothing where it was not away; else its beginning, then the projects whose work waits for it, and documents
-- where document jobs do.
local server, record = ARGV[1], key('outage', ARGV[1])
local since = redis.call('HGET', record, 'since')
redis.call('SET', key('answered', server), now, 'EX', 3600)
if not since then
  return nil
end
local waiting = redis.call('SMEMBERS', key('waiting', server))
redis.call('DEL', record, key('waiting', server))
redis.call('SREM', key('outages'), server)
return {since, unpack(waiting)}
