-- Compare a finished document with the pages that Label Studio holds. ARGV: project, document, then numbers
-- `numbers`: the pages that Label Studio holds; the others are rendered again. Returns the number of the others.
local project, document, there, gone = ARGV[1], ARGV[2], {}, 0
local record, pages = key('document', project, document), key('document', project, document, 'pages')
for i = 3, #ARGV do
  there[ARGV[i]] = true
end
redis.call('ZREM', key('rendered', project), document .. ':0')
if redis.call('HGET', record, 'state') ~= 'done' then
  return 0
end
for number = 1, tonumber(redis.call('HGET', record, 'pages')) do
  if not there[tostring(number)] then
    set_page(project, document, number, nil)
    redis.call('SADD', key('document', project, document, 'again'), number)
    gone = gone + 1
  end
end
if gone == 0 then
  redis.call('SADD', key('raw_done'), document .. redis.call('HGET', record, 'suffix'))
else
  redis.call('HSET', record, 'state', 'opened')
  redis.call('PERSIST', record)
  redis.call('PERSIST', pages)
  on_its_way(project, document)
  into_line(project, document)
end
return gone
