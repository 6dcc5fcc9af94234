-- Send a page back to its first stage, because its stored words are of no use. ARGV: project, page, token
-- No try is counted. The page is free at once; the next selection claims it again. Returns 0 for a stale token.
local project, page = ARGV[1], ARGV[2]
local work = table.concat({'page', project, page}, ':')
if not holds(work, ARGV[3]) then
  return 0
end
redis.call('DEL', key('words', project, page))
redis.call('HSET', key(work), 'stage', 'ocr', 'attempts', 0)
redis.call('HDEL', key(work), 'crashes', 'alone')
let_wait(work, 0)
set_state(project, page, 'queued')
return 1
