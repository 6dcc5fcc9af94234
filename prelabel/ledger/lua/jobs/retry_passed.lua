-- Try failed document jobs again whose cause has passed, each once. ARGV: back, after_s, kept_s, skip, count
-- `back`: the server that has just come back, '' for none; its jobs are tried at once, others `after_s` after their
-- failure where their server is not away. `kept_s`: so long none is tried a second time.
-- `skip`, `count`: the portion to look at, the oldest first.
-- Returns the numbers of jobs that were looked at, that are tried, and that stay failed.
local back, after_s, kept_s = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local passing, retried, tried, left = key('intake', 'passing'), key('intake', 'retried'), 0, 0

local function failure_of(project, document, number)
  local row
  if number == '0' then
    row = redis.call('HGET', key('document', project, document), 'failure')
  else
    row = string.match(redis.call('HGET', key('document', project, document, 'pages'), number) or '', '^failed:(.*)$')
  end
  return row and cjson.decode(row)
end

redis.call('ZREMRANGEBYSCORE', retried, '-inf', now - kept_s)
local members = redis.call('ZRANGE', passing, ARGV[4], ARGV[4] + ARGV[5] - 1)
for _, member in ipairs(members) do
  local project, document, number = string.match(member, '^(%d+):(%x+):(%d+)$')
  local failure = failure_of(project, document, number)
  local server, at = failure and failure.server or '', tonumber(redis.call('ZSCORE', passing, member))
  local is_back = server ~= '' and server == back
  if failure and (server ~= '' and is_away(server) or not is_back and now - at < after_s) then
    left = left + 1
  else -- a person may have tried it again, or the document is forgotten
    redis.call('ZREM', passing, member)
    if failure and retry_pages(project, document, number ~= '0' and {number} or nil) > 0 then
      redis.call('ZADD', retried, now, member)
      tried = tried + 1
    end
  end
end
return {#members, tried, left}
