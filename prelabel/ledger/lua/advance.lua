-- Store a stage's output and hand the page to the next one, if the claim still holds.
-- ARGV: project, page, token, next_stage, lease_s, words, words_ttl_s, then pairs of (part, seconds)
local project, page = ARGV[1], ARGV[2]
local record = key('page', project, page)
if redis.call('HGET', record, 'token') ~= ARGV[3] then
  return 0
end
redis.call('SET', key('words', project, page), ARGV[6], 'EX', math.ceil(tonumber(ARGV[7])))
redis.call('HSET', record, 'stage', ARGV[4], 'owner', '', 'since', now,
  'lease', now + tonumber(ARGV[5]), 'attempts', 0)
redis.call('HDEL', record, 'charge', 'crashes', 'alone')
for i = 8, #ARGV, 2 do
  redis.call('HSET', record, 's:' .. ARGV[i], ARGV[i + 1])
end
set_state(project, page, ARGV[4])
return 1
