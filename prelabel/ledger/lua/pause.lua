-- End the work on a page without an output; the claim stays with its chain. ARGV: project, page, token, lease_s, attempts
-- lease_s 0 frees the claim at once; attempts 1 counts the try against the stage's budget.
local record = key('page', ARGV[1], ARGV[2])
if redis.call('HGET', record, 'token') ~= ARGV[3] then
  return 0
end
redis.call('HSET', record, 'owner', '', 'since', now, 'lease', now + tonumber(ARGV[4]))
redis.call('HDEL', record, 'charge')
redis.call('HINCRBY', record, 'attempts', tonumber(ARGV[5]))
return 1
