-- Add a document to a project. ARGV: project, document, ttl_s, importing, sha256, then pairs of field, value
-- `importing`: 1 where prelabel imports the pages itself.
-- `sha256`: of the file; documents of earlier releases have none yet.
-- Returns new, known (the document is here or on its way), again (its failed parts are tried again), or taken (it is
-- another file).
local project, document, sha256 = ARGV[1], ARGV[2], ARGV[5]
local record = key('document', project, document)
local state, recorded = unpack(redis.call('HMGET', record, 'state', 'sha256'))
if state and recorded and sha256 ~= '' and recorded ~= sha256 then
  return 'taken'
end
if state and sha256 ~= '' then
  redis.call('HSET', record, 'sha256', sha256)
end
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
if sha256 ~= '' then
  redis.call('HSET', record, 'sha256', sha256)
end
for i = 6, #ARGV, 2 do
  redis.call('HSET', record, ARGV[i], ARGV[i + 1])
end
on_its_way(project, document)
redis.call('ZADD', key('documents', project), now, document)
into_line(project, document)
return 'new'
