-- List the pages of documents that are in flight, portion by portion. ARGV: project, state, cursor, portion, then documents
-- Returns {next cursor, flat list of document, number, the state as which its record counts the page}.
local project, wanted, found = ARGV[1], {}, {}
for i = 5, #ARGV do
  wanted[ARGV[i]] = true
end
local cursor, pages = unpack(redis.call('SSCAN', key('state', project, ARGV[2]), ARGV[3], 'COUNT', ARGV[4]))
for _, page in ipairs(pages) do
  local document, number = document_page(redis.call('HGET', key('page', project, page), 'image') or '')
  if document and wanted[document] then
    local value = redis.call('HGET', key('document', project, document, 'pages'), number) or 'waiting'
    local kind = string.match(value, '^%a+')
    table.insert(found, document)
    table.insert(found, number)
    table.insert(found, SHOWN[kind] or kind)
  end
end
return {cursor, found}
