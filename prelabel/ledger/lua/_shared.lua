-- Prepended to every script, before `_documents`, `_failing` and `_pieces`: the clock, the keys, what "free" means, and how
-- a page's end reaches the runs.
-- KEYS[1] is the prefix of this Label Studio server. The clock is Redis's own, so that workers' clocks do not matter.
local prefix = KEYS[1]
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local STATES = {'queued', 'ocr', 'extract', 'upload'}

local function key(...)
  return prefix .. ':' .. table.concat({...}, ':')
end

local function is_dead(worker)
  return redis.call('EXISTS', key('worker', worker)) == 0
end

-- The Celery queues (Redis lists) in which a page's message may wait: tasks/app.py says so, and a test compares the two.
local QUEUES = {intake = {'cpu'}, ocr = {'cpu', 'ocr_gpu'}, extract = {'gpu'}, upload = {'io'}}
-- A queue is one list for each turn (prelabel/queues/priority.py): its name with one of these behind it.
local TURNS = {'', '\6\0223', '\6\0226', '\6\0229'}
-- A message that is neither in its queue nor with a worker after so many seconds is lost. Redis hands it out first and
-- notes that afterwards: a worker killed in between takes it along.
local LOST_AFTER_S = 10

local function nothing_waits(stage)
  for _, queue in ipairs(QUEUES[stage]) do
    for _, turn in ipairs(TURNS) do
      if redis.call('LLEN', queue .. turn) > 0 then
        return false
      end
    end
  end
  return true
end

-- A page in hand, or whose message a worker has fetched, is free when that worker is dead, or lives but no longer renews
-- the lease: Redis was away when it wanted to write down what became of the page. One that waits is free when its message
-- is lost, or (the queue never runs empty and cannot tell) when its lease is over.
local function claim_is_free(record)
  local owner, reserved, lease, since, stage =
    unpack(redis.call('HMGET', record, 'owner', 'reserved', 'lease', 'since', 'stage'))
  if not lease or tonumber(lease) < now then
    return true
  end
  if owner and owner ~= '' then
    return is_dead(owner)
  end
  if reserved then
    return is_dead(reserved)
  end
  return math.abs(now - tonumber(since)) > LOST_AFTER_S and nothing_waits(stage) -- the clock may have been set back
end

local function set_state(project, page, state)
  for _, other in ipairs(STATES) do
    redis.call('SREM', key('state', project, other), page)
  end
  if state then
    redis.call('SADD', key('state', project, state), page)
  end
end

-- A run's open and its failed pages are one bit each, counted from its lowest page: 100,000 pages of one import take
-- 13 kB, and 6 MB as a set. A page below is none of the run's.
local function bit_of(run, page)
  local first = redis.call('HGET', key('run', run), 'first')
  return first and tonumber(page) >= tonumber(first) and tonumber(page) - tonumber(first)
end

local function run_has(run, part, page)
  local bit = bit_of(run, page)
  return bit and redis.call('GETBIT', key('run', run, part), bit) == 1
end

local function run_adds(run, part, page)
  local pages = key('run', run, part)
  redis.call('SETBIT', pages, bit_of(run, page), 1)
  redis.call('EXPIRE', pages, redis.call('TTL', key('run', run)))
end

local function run_drops(run, part, page)
  local pages = key('run', run, part)
  redis.call('SETBIT', pages, bit_of(run, page), 0)
  if redis.call('BITCOUNT', pages) == 0 then
    redis.call('DEL', pages)
  end
end

-- The pages whose bit is set, as text.
local function run_pages(run, part)
  local first, bits, pages = redis.call('HGET', key('run', run), 'first'), redis.call('GET', key('run', run, part)), {}
  for byte = 1, bits and #bits or 0 do
    local value = string.byte(bits, byte)
    for bit = 0, value > 0 and 7 or -1 do
      if math.floor(value / 2 ^ (7 - bit)) % 2 == 1 then
        table.insert(pages, string.format('%.0f', first + 8 * (byte - 1) + bit))
      end
    end
  end
  return pages
end

-- The project's runs; those that are no longer kept are forgotten.
local function runs_of(project)
  local kept = {}
  for _, run in ipairs(redis.call('SMEMBERS', key('runs', project))) do
    if redis.call('EXISTS', key('run', run)) == 1 then
      table.insert(kept, run)
    else
      redis.call('SREM', key('runs', project), run)
    end
  end
  return kept
end

-- Move a page within every run that holds it: open -> failed, failed -> open, or open -> a count.
local function tell_runs(project, page, from, to)
  for _, run in ipairs(runs_of(project)) do
    if run_has(run, from, page) then
      run_drops(run, from, page)
      if to == 'open' or to == 'failed' then
        run_adds(run, to, page)
      else
        redis.call('HINCRBY', key('run', run), to, 1)
      end
    end
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
