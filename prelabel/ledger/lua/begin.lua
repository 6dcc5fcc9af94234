-- Begin a stage. ARGV: project, page, token, stage, owner, dead_owner, charge, max_crashes, lease_s
-- Returns {'run', image, attempts, alone} | {'ahead'} | {'busy', owner} | {'lost'} | {'halted'}
local project, page, stage = ARGV[1], ARGV[2], ARGV[4]
local record = key('page', project, page)
local ORDER = {ocr = 1, extract = 2, upload = 3}
local f = redis.call('HMGET', record, 'token', 'stage', 'owner', 'image', 'attempts', 'alone')
if f[1] ~= ARGV[3] then
  return {'lost'}
end
if ORDER[f[2]] > ORDER[stage] then
  return {'ahead'}
end
if ORDER[f[2]] < ORDER[stage] then
  return {'lost'}
end
if f[3] ~= '' then
  local dead = f[3] == ARGV[6] or is_dead(f[3])
  if not dead then
    return {'busy', f[3]}
  end
  if charge_crash(project, page, record, tonumber(ARGV[8])) then
    return {'lost'}
  end
end
redis.call('HDEL', record, 'reserved')
local halt = halted(project)
if halt == 'cancelled' then
  tell_runs(project, page, 'open', 'cancelled')
  forget(project, page)
  return {'lost'}
end
if halt then -- the page waits here, free and at the stage it has reached, until a selection may claim it again
  redis.call('HSET', record, 'owner', '', 'since', now, 'lease', 0)
  redis.call('HDEL', record, 'charge')
  return {'halted'}
end
redis.call('HSET', record, 'owner', ARGV[5], 'lease', now + tonumber(ARGV[9]))
if ARGV[7] ~= '' then
  redis.call('HSET', record, 'charge', ARGV[7])
end
set_state(project, page, stage)
return {'run', f[4], f[5] or '0', redis.call('HGET', record, 'alone') or '0'}
