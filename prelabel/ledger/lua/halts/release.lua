-- Release pages in flight of a cancelled project, portion by portion. ARGV: project, state, cursor, portion
-- A page whose upload is in hand is left to its worker. Returns {next cursor, number of released pages}.
local project, released = ARGV[1], 0
local cursor, pages = unpack(redis.call('SSCAN', key('state', project, ARGV[2]), ARGV[3], 'COUNT', ARGV[4]))
for _, page in ipairs(pages) do
  local stage, owner = unpack(redis.call('HMGET', key('page', project, page), 'stage', 'owner'))
  if not (stage == 'upload' and owner ~= '' and not is_dead(owner)) then
    forget(project, page)
    released = released + (stage and 1 or 0) -- a scan may show a page twice
  end
end
redis.call('INCRBY', key('unclaimed', project), released)
return {cursor, released}
