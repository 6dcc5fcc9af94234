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
  redis.call('ZREMRANGEBYSCORE', ends, '-inf', now - ENDED_KEPT_S)
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

local function put_on_failed_list(project, page, entry)
  local image = redis.call('HGET', key('page', project, page), 'image') or ''
  entry.at = now
  entry.image = without_keys(image)
  redis.call('HSET', key('failed', project), page, cjson.encode(entry))
  remember_end(project, page)
  tell_runs(project, page, 'open', 'failed')
  tell_document(project, page, image, 'stuck')
  forget(project, page)
end
