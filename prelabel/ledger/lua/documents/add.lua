-- Add a document to a project. ARGV: project, document, ttl_s, importing, then pairs of field, value
-- `importing`: 1 where prelabel imports the pages itself.
-- Returns new, known (the document is here or on its way), or again (its failed parts are tried again).
local project, document = ARGV[1], ARGV[2]
local record = key('document', project, document)
local state = redis.call('HGET', record, 'state')
if state and state ~= 'failed' then
  if state == 'done' and ARGV[4] == '1' then -- its tasks may have been deleted: the next import checks
    redis.call('HSET', record, 'look', 0)
    redis.call('ZADD', key('rendered', project), now, document .. ':0')
    needs_care(project)
  end
  return 'known'
end
if state then
  retry_pages(project, document)
  return 'again'
end
redis.call('DEL', key('document', project, document, 'pages'), key('document', project, document, 'again'))
redis.call('HSET', record, 'at', now, 'state', 'waiting', 'pages', 0, 'next', 1, 'ttl', ARGV[3], 'look', 0)
for i = 5, #ARGV, 2 do
  redis.call('HSET', record, ARGV[i], ARGV[i + 1])
end
on_its_way(project, document)
redis.call('ZADD', key('documents', project), now, document)
into_line(project, document)
return 'new'
