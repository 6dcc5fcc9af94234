-- Read documents and count their pages by the states that their records know. ARGV: project, then documents
-- Returns JSON for each document, '' for an unknown one.
local project, found = ARGV[1], {}
for i = 2, #ARGV do
  local record = key('document', project, ARGV[i])
  local fields, row, counts = redis.call('HGETALL', record), {}, {}
  for j = 1, #fields, 2 do
    row[fields[j]] = fields[j + 1]
  end
  if row.state then
    counts = document_counts(row)
  end
  table.insert(found, row.state and cjson.encode({row, counts}) or '')
end
return found
