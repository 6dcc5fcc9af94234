-- End a document job that is done. ARGV: project, document, number, token, outcome, then the outcome's values
-- Outcomes: opened (number of pages, suffix of their images) | rendered (1: prelabel imports the page, 0: a sync does).
-- Returns 0 for a stale token.
local project, document, number, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local record = key('document', project, document)
if not holds(table.concat({'job', project, document, number}, ':'), ARGV[4]) then
  return 0
end
end_job(project, document, number)
if outcome == 'opened' then
  redis.call('HSET', record, 'state', 'opened', 'pages', ARGV[6], 'page_suffix', ARGV[7])
  into_line(project, document)
  settle_document(project, document)
  return 1
end
if not redis.call('HGET', key('document', project, document, 'pages'), number) then -- else Label Studio has it already
  set_page(project, document, number, 'rendered')
  if ARGV[6] == '1' then
    redis.call('ZADD', key('rendered', project), now, document .. ':' .. number)
  end
end
return 1
