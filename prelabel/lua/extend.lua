-- Let a claim wait longer for its worker. ARGV: project, page, token, lease_s. A page already in hand is left as it is.
local record = key('page', ARGV[1], ARGV[2])
if redis.call('HGET', record, 'token') == ARGV[3] then
  redis.call('HSET', record, 'lease', now + tonumber(ARGV[4]))
end
return 1
