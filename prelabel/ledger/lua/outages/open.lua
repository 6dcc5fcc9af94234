-- Record that a server is away. ARGV: server, code, message, probe_in_s, kept_s, named, evidence_s
-- `probe_in_s`: seconds until the next probe; a later one that a server has named stays. `kept_s`: life of the record
-- after that probe. `named`: 1 where the server itself asked for the wait. Otherwise a server that has answered a probe
-- less than `evidence_s` ago is not away: one caller's way to it may be broken.
-- Returns 0 for such a server, 1 for a new outage, 2 for a known one.
local server, record = ARGV[1], key('outage', ARGV[1])
local known = is_away(server)
local answered = redis.call('GET', key('answered', server))
if not known and ARGV[6] ~= '1' and answered and math.abs(now - tonumber(answered)) < tonumber(ARGV[7]) then
  return 0
end
if not known then
  redis.call('HSET', record, 'since', now)
end
local next_probe = math.max(now + tonumber(ARGV[4]), tonumber(redis.call('HGET', record, 'next_probe') or 0))
redis.call('HSET', record, 'code', ARGV[2], 'message', ARGV[3], 'next_probe', next_probe)
redis.call('HDEL', record, 'probing')
redis.call('PEXPIRE', record, math.ceil(1000 * (next_probe - now + tonumber(ARGV[5]))))
redis.call('SADD', key('outages'), server)
return known and 2 or 1
