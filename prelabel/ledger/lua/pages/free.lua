-- List pages in flight whose lease is free. ARGV: project
-- Returns a flat list of page, image.
local free = {}
for _, state in ipairs(STATES) do
  for _, page in ipairs(redis.call('SMEMBERS', key('state', ARGV[1], state))) do
    local work = table.concat({'page', ARGV[1], page}, ':')
    if lease_is_free(work) then
      table.insert(free, page)
      table.insert(free, redis.call('HGET', key(work), 'image') or '')
    end
  end
end
return free
