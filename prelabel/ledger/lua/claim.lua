-- Claim a page for a new chain. ARGV: project, page, image, version, token, lease_s, listed_at, max_crashes
-- Returns {stage, alone} or nothing: claimed by somebody alive, ended since it was listed, failed, set aside, or halted.
local project, page, image, version, token = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if halted(project) then
  return nil
end
local record = key('page', project, page)
if redis.call('HEXISTS', key('failed', project), page) == 1 or redis.call('HEXISTS', key('skipped', project), page) == 1 then
  return nil
end
local finished = redis.call('ZSCORE', key('finished', project), page)
if finished and tonumber(finished) >= tonumber(ARGV[7]) then
  return nil
end
local stage = 'ocr'
if redis.call('EXISTS', record) == 1 then
  if not claim_is_free(record) then
    return nil
  end
  local old = redis.call('HMGET', record, 'owner', 'stage', 'version')
  if old[1] ~= '' and is_dead(old[1]) and charge_crash(project, page, record, tonumber(ARGV[8])) then
    return nil
  end
  if old[3] == version and redis.call('EXISTS', key('words', project, page)) == 1 then
    stage = old[2]
  else
    redis.call('HSET', record, 'attempts', 0)
  end
end
redis.call('HSET', record, 'token', token, 'stage', stage, 'version', version, 'image', image,
  'owner', '', 'since', now, 'lease', now + tonumber(ARGV[6]))
redis.call('HDEL', record, 'reserved')
set_state(project, page, stage == 'ocr' and 'queued' or stage)
return {stage, redis.call('HGET', record, 'alone') or '0'}
