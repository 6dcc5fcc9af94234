-- Pages of a document as they are now. ARGV: project, document, numbers...
-- Returns a flat list of (state, task or '', failure as JSON or '').
local project, document, found = ARGV[1], ARGV[2], {}
for i = 3, #ARGV do
  local value = redis.call('HGET', key('document', project, document, 'pages'), ARGV[i]) or 'waiting'
  local state, task = live_page(project, value)
  local failure = string.match(value, '^failed:(.*)$') or ''
  if state == 'failed' and task ~= '' then
    failure = redis.call('HGET', key('failed', project), task)
  end
  for _, part in ipairs({state, task, failure}) do
    table.insert(found, part)
  end
end
return found
