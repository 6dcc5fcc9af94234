-- Count the pages of a run. ARGV: run, project
-- Returns {open, done, failed, skipped, cancelled}, nothing for an unknown run.
local run, project, names = ARGV[1], ARGV[2], {'open', unpack(OUTCOMES)}
if redis.call('HGET', key('run', run), 'project') ~= project then
  return nil
end
local counts = {}
local function add(record)
  for place, count in ipairs(redis.call('HMGET', record, unpack(names))) do
    counts[place] = (counts[place] or 0) + tonumber(count or 0)
  end
end
add(key('run', run))
for _, group in ipairs(redis.call('SMEMBERS', key('groups', project))) do
  if string.find(redis.call('HGET', key('group', project, group), 'runs') or '', run, 1, true) then
    add(key('group', project, group))
  end
end
return counts
