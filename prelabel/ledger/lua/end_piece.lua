-- A piece of work is done. ARGV: project, document, number, token, then one of
-- opened, pages, suffix of the pages | rendered, is it to be imported (0|1) | failed, entry (JSON)
-- hung, entry, max_crashes: its process was ended; it may have been frozen from outside, so only the second time counts.
-- Returns 0 for a stale token.
local project, document, number, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local record = key('document', project, document)
if redis.call('HGET', key('piece', project, document, number), 'token') ~= ARGV[4] then
  return 0
end
if outcome == 'failed' then
  fail_piece(project, document, number, ARGV[6])
  return 1
end
if outcome == 'hung' then
  if not charge_piece(project, document, number, tonumber(ARGV[7]), ARGV[6]) then
    put_back(project, document, number)
  end
  return 1
end
end_piece(project, document, number)
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
