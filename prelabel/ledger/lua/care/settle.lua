-- Take a project off those that need care, if nothing of it is left to do. ARGV: project, selected_at
-- `selected_at`: the time at which a selection began that has succeeded, or that cannot succeed.
-- Returns whether the project is off.
local project = ARGV[1]
local asked = redis.call('ZSCORE', key('care'), project)
if not asked then
  return 1
end
if tonumber(asked) > tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', key('care'), 0, project)

local function has_unfinished_run() -- a run is in the set until it has ended
  for _, run in ipairs(redis.call('SMEMBERS', key('runs', project))) do
    if redis.call('EXISTS', key('run', run)) == 1 then
      return true
    end
    redis.call('SREM', key('runs', project), run)
  end
  return false
end

for _, state in ipairs(STATES) do
  if redis.call('SCARD', key('state', project, state)) > 0 then
    return 0
  end
end
local unclaimed = tonumber(redis.call('GET', key('unclaimed', project)) or 0)
local documents = redis.call('SCARD', key('arriving', project)) + redis.call('ZCARD', key('rendered', project))
if documents > 0 or unclaimed > 0 and not halted(project) or has_unfinished_run() then
  return 0
end
redis.call('ZREM', key('care'), project)
return 1
