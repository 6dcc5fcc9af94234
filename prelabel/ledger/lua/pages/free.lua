-- List pages in flight whose lease is free. ARGV: project
-- Returns a flat list of page, image, 1 where the page has waited in the ledger for its time and 0 where it was lost.
local free = {}
for _, state in ipairs(STATES) do
  for _, page in ipairs(redis.call('SMEMBERS', key('state', ARGV[1], state))) do
    local work = table.concat({'page', ARGV[1], page}, ':')
    if lease_is_free(work) then
      table.insert(free, page)
      table.insert(free, redis.call('HGET', key(work), 'image') or '')
      table.insert(free, has_waited(work) and 1 or 0)
    end
  end
end
return free
