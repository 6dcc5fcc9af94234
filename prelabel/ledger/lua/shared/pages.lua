-- Pages in flight: their states, their ends, and the failed list.
local function set_state(project, page, state)
  for _, other in ipairs(STATES) do
    redis.call('SREM', key('state', project, other), page)
  end
  if state then
    redis.call('SADD', key('state', project, state), page)
  end
end

-- Returns 'paused' or 'cancelled' where a person has halted the project, false otherwise. See prelabel/ledger/halts.py.
local function halted(project)
  return redis.call('GET', key('halt', project))
end

-- An ended page is remembered longer than any listing takes that may still contain it.
local ENDED_KEPT_S = 3600

local function remember_end(project, page)
  local ends = key('finished', project)
  redis.call('ZADD', ends, now, page)
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now - ENDED_KEPT_S, 'LIMIT', 0, 10)) do -- not all
    redis.call('ZREM', ends, old)
  end
  redis.call('EXPIRE', ends, ENDED_KEPT_S)
end

local function forget(project, page)
  redis.call('DEL', key('page', project, page), key('words', project, page))
  set_state(project, page, nil)
end

-- Returns the address of an image as people may see it. Paths on the server and keys of storages are not changed. Other
-- addresses lose their query, which is a key in presigned addresses, and the user before the host.
local function without_keys(image)
  for _, harmless in ipairs({'^/[^/]', '^s3://', '^gs://', '^azure%-blob://'}) do
    if string.match(image, harmless) then
      return image
    end
  end
  image = string.gsub(image, '[?#].*$', '')
  image = string.gsub(image, '//[^/]*@', '//', 1)
  return image
end

-- Keep selections from finding a page until a retry names it. `image`: its reference, without keys.
local function set_page_aside(project, page, reason, image)
  redis.call('HSET', key('skipped', project), page, cjson.encode({reason = reason, image = image}))
end

-- Returns the image reference, without keys, of a failed or dropped page; nil where none is noted. Release 0.1 noted
-- only the reason of a dropped page.
local function noted_image(project, page)
  local row = redis.call('HGET', key('failed', project), page) or redis.call('HGET', key('skipped', project), page)
  if row and string.sub(row, 1, 1) == '{' then
    local entry = cjson.decode(row)
    local noted = entry.ref or entry.image
    return noted ~= '?' and noted or nil
  end
end

-- A failed or dropped page whose task id has another image now is another page: Label Studio's backup was restored and
-- the id was given anew, or a person has corrected the reference. Nothing that is noted about the old one holds for it.
local function forget_another_page(project, page, image)
  local noted = noted_image(project, page)
  if not noted or noted == without_keys(image) then
    return false
  end
  local row = redis.call('HGET', key('failed', project), page)
  local group = row and cjson.decode(row).group
  if group then
    redis.call('HINCRBY', key('group', project, group), 'listed', -1)
    settle_group(project, group)
  end
  redis.call('HDEL', key('failed', project), page)
  redis.call('HDEL', key('skipped', project), page)
  redis.call('ZREM', key('finished', project), page)
  return true
end

-- Returns whether a page is failed or dropped. No run waits for it then; release 0.1 told only its own runs.
local function is_set_aside(project, page)
  local row = redis.call('HGET', key('failed', project), page)
  if row then
    local group = end_for_runs(project, page, 'failed')
    if group then
      local entry = cjson.decode(row)
      entry.group = group
      redis.call('HSET', key('failed', project), page, cjson.encode(entry))
    end
  elseif redis.call('HEXISTS', key('skipped', project), page) == 1 then
    end_for_runs(project, page, 'skipped')
  else
    return false
  end
  return true
end

-- Returns whether a failed page may be tried again by itself, once: its cause may pass. The project is noted then.
local function may_try_again(project, page, entry)
  local again = entry.again and not redis.call('ZSCORE', key('retried', project), page)
  if again and not redis.call('ZSCORE', key('retries'), project) then
    redis.call('ZADD', key('retries'), now, project)
  end
  return again
end

local function put_on_failed_list(project, page, entry)
  local image = redis.call('HGET', key('page', project, page), 'image') or ''
  entry.at = now
  entry.again = may_try_again(project, page, entry)
  entry.image = without_keys(image)
  entry.group = end_for_runs(project, page, 'failed')
  redis.call('HSET', key('failed', project), page, cjson.encode(entry))
  remember_end(project, page)
  tell_document(project, page, image, 'stuck')
  forget(project, page)
end
