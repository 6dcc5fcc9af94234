-- Store the output of a stage and hand the page to the next stage. Returns 0 for a stale token.
-- ARGV: project, page, token, next_stage, lease_s, words, words_ttl_s, remarks, then pairs of part, seconds
-- `remarks`: JSON, kept in the hash remarks:PROJECT by page; '' for none, see prelabel/ledger/remarks.py.
local project, page = ARGV[1], ARGV[2]
local work = table.concat({'page', project, page}, ':')
if not holds(work, ARGV[3]) then
  return 0
end
redis.call('SET', key('words', project, page), ARGV[6], 'EX', math.ceil(tonumber(ARGV[7])))
if ARGV[8] ~= '' then
  redis.call('HSET', key('remarks', project), page, ARGV[8])
else
  redis.call('HDEL', key('remarks', project), page)
end
grant(work, ARGV[3], ARGV[4], tonumber(ARGV[5]))
redis.call('HSET', key(work), 'attempts', 0)
redis.call('HDEL', key(work), 'charge', 'crashes', 'alone', 'waits')
for i = 9, #ARGV, 2 do
  redis.call('HSET', key(work), 's:' .. ARGV[i], ARGV[i + 1])
end
set_state(project, page, ARGV[4])
return 1
