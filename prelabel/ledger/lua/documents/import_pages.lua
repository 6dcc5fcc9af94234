-- Record that Label Studio holds pages. ARGV: project, state, then triples of document, number, task
-- `state`: imported, or done where the pages have predictions already.
local project = ARGV[1]
for i = 3, #ARGV, 3 do
  local document, number, task = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if redis.call('EXISTS', key('document', project, document)) == 1 then
    local value = redis.call('HGET', key('document', project, document, 'pages'), number)
    if not value or not string.match(value, ':' .. task .. '$') then
      set_page(project, document, number, ARGV[2] .. ':' .. task)
      if ARGV[2] == 'imported' then
        ask_selection(project)
      end
    end
    redis.call('SREM', key('document', project, document, 'again'), number)
    settle_document(project, document)
  end
  redis.call('ZREM', key('rendered', project), document .. ':' .. number)
end
return 1
