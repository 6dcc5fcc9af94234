-- End the runs of a cancelled project. ARGV: project
-- Its pages in flight are released but for uploads in hand, which runs still wait for.
local project, left, pages_left = ARGV[1], {}, {}
for _, page in ipairs(redis.call('SMEMBERS', key('state', project, 'upload'))) do
  local group = group_of(project, page)
  if group then
    left[page], pages_left[group] = group, (pages_left[group] or 0) + 1
  end
end
redis.call('UNLINK', key('open', project))
for page, group in pairs(left) do
  set_group(project, page, group)
end
local runs = redis.call('SMEMBERS', key('runs', project))
for _, run in ipairs(runs) do
  redis.call('HSETNX', key('run', run), 'cancelled', 0)
end
for _, group in ipairs(redis.call('SMEMBERS', key('groups', project))) do
  local record = key('group', project, group)
  local ended = tonumber(redis.call('HGET', record, 'open') or 0) - (pages_left[tonumber(group)] or 0)
  redis.call('HINCRBY', record, 'cancelled', ended)
  drop_open(project, group, ended)
end
for _, run in ipairs(runs) do
  end_run_if_over(project, run)
end
return 1
