-- Read the present states of documents' pages. ARGV: project, first, limit, then documents
-- Returns for each document a flat list of (state, task or '', failure as JSON or ''), beginning with page `first`.
local project, first, limit, found = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), {}
for i = 4, #ARGV do
  local pages, row = tonumber(redis.call('HGET', key('document', project, ARGV[i]), 'pages') or 0), {}
  for number = first, math.min(pages, first + limit - 1) do
    local value = redis.call('HGET', key('document', project, ARGV[i], 'pages'), number) or 'waiting'
    local state, task = live_page(project, ARGV[i], number, value)
    local failure = string.match(value, '^failed:(.*)$') or ''
    if state == 'failed' and task ~= '' then
      failure = redis.call('HGET', key('failed', project), task) or ''
      failure = failure ~= '' and is_page_of(cjson.decode(failure).image, ARGV[i], number) and failure or ''
    end
    for _, part in ipairs({state, task, failure}) do
      table.insert(row, part)
    end
  end
  table.insert(found, row)
end
return found
