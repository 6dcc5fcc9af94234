-- Count the open pages of a run in a stage, portion by portion. ARGV: run, project, stage, cursor, portion
-- Returns {next cursor, number of pages}.
local run, project, count, waits = ARGV[1], ARGV[2], 0, {}
local cursor, pages = unpack(redis.call('SSCAN', key('state', project, ARGV[3]), ARGV[4], 'COUNT', ARGV[5]))
for _, page in ipairs(pages) do
  local group = group_of(project, page)
  if group and waits[group] == nil then
    waits[group] = string.find(redis.call('HGET', key('group', project, group), 'runs') or '', run, 1, true) ~= nil
  end
  count = count + (group and waits[group] and 1 or 0)
end
return {cursor, count}
