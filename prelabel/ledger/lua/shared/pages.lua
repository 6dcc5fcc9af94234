-- Pages in flight: their states, their ends, and the failed list.
local function set_state(project, page, state)
  for _, other in ipairs(STATES) do
    redis.call('SREM', key('state', project, other), page)
  end
  if state then
    redis.call('SADD', key('state', project, state), page)
  end
end

-- 'paused' or 'cancelled' where a person has stopped the project; false where it runs. See prelabel/ledger/halts.py.
local function halted(project)
  return redis.call('GET', key('halt', project))
end

-- How long an ended page is remembered: longer than any listing that may still name it.
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

-- The address of an image as people may see it. A path on the server and a storage's key are as they are; of any other
-- address the query (that of a presigned one is a key) and a user before the host are left out.
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
