-- Pages in flight whose claim is free. ARGV: project. Returns a flat list of (page, image).
local free = {}
for _, state in ipairs(STATES) do
  for _, page in ipairs(redis.call('SMEMBERS', key('state', ARGV[1], state))) do
    local record = key('page', ARGV[1], page)
    if claim_is_free(record) then
      table.insert(free, page)
      table.insert(free, redis.call('HGET', record, 'image') or '')
    end
  end
end
return free
