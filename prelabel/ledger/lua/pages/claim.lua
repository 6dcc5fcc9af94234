-- Claim a page for a new chain. ARGV: project, page, image, version, token, lease_s, listed_at
-- Returns the first stage of the chain. Returns nothing when another chain has the page, when the page is failed, set
-- aside or ended since `listed_at`, or when the project is halted.
local project, page, image, version, token = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if halted(project) then
  return nil
end
forget_another_page(project, page, image)
if is_set_aside(project, page) then
  return nil
end
local finished = redis.call('ZSCORE', key('finished', project), page)
if finished and tonumber(finished) >= tonumber(ARGV[7]) then
  return nil
end
local work, stage = table.concat({'page', project, page}, ':'), 'ocr'
local record = key(work)
local old_image = redis.call('HGET', record, 'image')
if old_image and without_keys(old_image) ~= without_keys(image) then -- the task id is now that of another page
  forget(project, page)
end
if redis.call('EXISTS', record) == 1 then
  if not lease_is_free(work) then
    return nil
  end
  local owner, reached, old_version = unpack(redis.call('HMGET', record, 'owner', 'stage', 'version'))
  if owner ~= '' and is_dead(owner) and charge_crash(work) then
    return nil
  end
  if old_version == version and redis.call('EXISTS', key('words', project, page)) == 1 then
    stage = reached
  elseif old_version ~= version or reached ~= stage then -- else it has tried to read the page before
    redis.call('HSET', record, 'attempts', 0)
    redis.call('HDEL', record, 'waits')
  end
end
grant(work, token, stage, tonumber(ARGV[6]))
redis.call('HSET', record, 'version', version, 'image', image)
set_state(project, page, stage == 'ocr' and 'queued' or stage)
needs_care(project)
return stage
