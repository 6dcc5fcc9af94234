-- Cancel a project: release its pages in flight and end its runs. ARGV: project
-- A page whose upload is in hand is left to its worker. Returns the number of released pages.
local project, released, uploading = ARGV[1], 0, {}
redis.call('SET', key('halt', project), 'cancelled')
for _, state in ipairs(STATES) do
  for _, page in ipairs(redis.call('SMEMBERS', key('state', project, state))) do
    local stage, owner = unpack(redis.call('HMGET', key('page', project, page), 'stage', 'owner'))
    if stage == 'upload' and owner ~= '' and not is_dead(owner) then
      table.insert(uploading, page)
    else
      forget(project, page)
      released = released + 1
    end
  end
end
redis.call('INCRBY', key('unclaimed', project), released)
for _, run in ipairs(runs_of(project)) do
  local open = redis.call('BITCOUNT', key('run', run, 'open'))
  local opened, failed_to_begin = unpack(redis.call('HMGET', key('run', run), 'opened', 'error'))
  if open > 0 or not (opened or failed_to_begin) then
    local left = {}
    for _, page in ipairs(uploading) do
      if run_has(run, 'open', page) then
        table.insert(left, page)
      end
    end
    redis.call('DEL', key('run', run, 'open'))
    for _, page in ipairs(left) do
      run_adds(run, 'open', page)
    end
    redis.call('HSET', key('run', run), 'cancelled', open - #left)
  end
end
return released
