-- Take leased work into hand. ARGV: work, token, stage, owner, dead_owner, charge, lease_s
-- `dead_owner`: a worker that the caller knows to be dead. `charge`: alone where a crash counts against this work.
-- Returns {'run', attempts, alone, image of a page, waits, servers that are away} | {'ahead'} | {'busy', owner} | {'stale'} | {'halted'}
local work, stage = ARGV[1], ARGV[3]
local record, kind, project, page = key(work), parts_of(work)
if not holds(work, ARGV[2]) then
  return {'stale'}
end
local reached, owner, image, attempts, waits =
  unpack(redis.call('HMGET', record, 'stage', 'owner', 'image', 'attempts', 'waits'))
if reached ~= stage then
  return {ORDER[reached] > ORDER[stage] and 'ahead' or 'stale'}
end
if owner ~= '' then
  if owner ~= ARGV[5] and not is_dead(owner) then
    return {'busy', owner}
  end
  if charge_crash(work) then
    return {'stale'}
  end
end
redis.call('HDEL', record, 'reserved')
if kind == 'page' then
  local halt = halted(project)
  if halt == 'cancelled' then
    end_for_runs(project, page, 'cancelled')
    forget(project, page)
    return {'stale'}
  end
  if halt then -- the page waits, free and at the stage that it has reached, until a selection claims it again
    let_wait(work, 0)
    return {'halted'}
  end
  set_state(project, page, stage)
end
redis.call('HSET', record, 'owner', ARGV[4], 'lease', now + tonumber(ARGV[7]))
if ARGV[6] ~= '' then
  redis.call('HSET', record, 'charge', ARGV[6])
end
return {'run', attempts or '0', redis.call('HGET', record, 'alone') or '0', image or '', waits or '0', unpack(servers_away())}
