-- List pages in flight whose lease is free, portion by portion. ARGV: project, state, cursor, portion
-- Returns {next cursor, flat list of page, image, 1 where the page has waited in the ledger for its time and 0 where it
-- was lost}.
local free = {}
local cursor, pages = unpack(redis.call('SSCAN', key('state', ARGV[1], ARGV[2]), ARGV[3], 'COUNT', ARGV[4]))
for _, page in ipairs(pages) do
  local work = table.concat({'page', ARGV[1], page}, ':')
  if lease_is_free(work) then
    table.insert(free, page)
    table.insert(free, redis.call('HGET', key(work), 'image') or '')
    table.insert(free, has_waited(work) and 1 or 0)
  end
end
return {cursor, free}
