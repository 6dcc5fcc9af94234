-- Prepended to every script: the clock, the keys, what "free" means, and how a page's end reaches the runs.
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
-- A queue is one list for each turn (prelabel/turns.py): its name with one of these behind it.
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

-- 'paused' or 'cancelled' where a person has stopped the project; false where it runs. See prelabel/steering.py.
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

-- Documents on their way in (prelabel/intake/register.py). A page's value is rendered, failed:JSON, or, once it is in
-- Label Studio, imported:TASK, and where it ended there, done:TASK, skipped:TASK or stuck:TASK (on the failed list). A page
-- without a value waits. The document counts its pages of each kind as n:KIND.
local function set_page(project, document, number, value)
  local record, pages = key('document', project, document), key('document', project, document, 'pages')
  local old = redis.call('HGET', pages, number)
  if old then
    redis.call('HINCRBY', record, 'n:' .. string.match(old, '^%a+'), -1)
  end
  if value then
    redis.call('HSET', pages, number, value)
    redis.call('HINCRBY', record, 'n:' .. string.match(value, '^%a+'), 1)
  else
    redis.call('HDEL', pages, number)
  end
end

-- Why a page or a document failed is kept with it until it is tried again, or its time to live is over.
local function document_ends(project, document, state)
  local record = key('document', project, document)
  local ttl = redis.call('HGET', record, 'ttl')
  redis.call('HSET', record, 'state', state)
  if state == 'done' then
    redis.call('SADD', key('raw_done'), document .. redis.call('HGET', record, 'suffix'))
  end
  redis.call('EXPIRE', record, ttl)
  redis.call('EXPIRE', key('document', project, document, 'pages'), ttl)
end

-- A document has ended when each page is in Label Studio or failed.
local function settle_document(project, document)
  local record, ended = key('document', project, document), 0
  for _, count in ipairs(redis.call('HMGET', record, 'n:imported', 'n:done', 'n:skipped', 'n:stuck', 'n:failed')) do
    ended = ended + tonumber(count or 0)
  end
  local state, pages, failed = unpack(redis.call('HMGET', record, 'state', 'pages', 'n:failed'))
  if state == 'opened' and ended >= tonumber(pages) then
    document_ends(project, document, tonumber(failed or 0) > 0 and 'failed' or 'done')
  end
end

-- The document and the number of the page that an image shows, where its name is one of ours (prelabel/intake/keys.py).
local function document_page(image)
  return string.match(image, '(' .. string.rep('[0-9a-f]', 16) .. ')%-([1-9]%d*)%.%w+')
end

-- What the ledger knows of a document's page. `kind`: that of the page's value.
local function tell_document(project, task, image, kind)
  local document, number = document_page(image or '')
  if document and redis.call('EXISTS', key('document', project, document)) == 1 then
    set_page(project, document, number, kind .. ':' .. task)
    settle_document(project, document)
  end
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

-- A worker died with this page in hand. One that dies twice while it works on this page alone convicts the page.
-- `entry`: what the failed list then says, where more is known than that it died.
local function charge_crash(project, page, record, max_crashes, entry)
  local charge = redis.call('HGET', record, 'charge')
  redis.call('HDEL', record, 'charge')
  redis.call('HSET', record, 'alone', 1)
  if charge ~= 'alone' or redis.call('HINCRBY', record, 'crashes', 1) < max_crashes then
    return false
  end
  put_on_failed_list(project, page, entry or {
    reason = 'crashed', stage = redis.call('HGET', record, 'stage'), attempts = max_crashes,
    message = 'the worker process died twice while it worked on this page alone'})
  return true
end

-- Documents that have something to do, in the order in which they get their next turn: a piece of work each.
local function into_line(project, document)
  redis.call('ZADD', key('intake', 'line'), redis.call('INCR', key('intake', 'turn')), project .. ':' .. document)
end

-- A piece of work is a page to render, or page 0: a document to open.
local function end_piece(project, document, number)
  redis.call('DEL', key('piece', project, document, number))
  redis.call('SREM', key('intake', 'work'), project .. ':' .. document .. ':' .. number)
end

-- The Label Studio task that holds a file is set aside; when the file is no document, people find it on the failed list.
local function fail_source(project, document, entry)
  local source, name = unpack(redis.call('HMGET', key('document', project, document), 'source', 'name'))
  if source ~= '0' then
    redis.call('HDEL', key('skipped', project), source)
    redis.call('HSET', key('failed', project), source, cjson.encode({
      reason = entry.code, message = entry.message, stage = 'ocr', attempts = 1, at = now, image = name}))
  end
end

local function fail_piece(project, document, number, entry)
  end_piece(project, document, number)
  if number == '0' then
    redis.call('HSET', key('document', project, document), 'failure', entry)
    fail_source(project, document, cjson.decode(entry))
    document_ends(project, document, 'failed')
  else
    set_page(project, document, number, 'failed:' .. entry)
    settle_document(project, document)
  end
end

-- Nobody has the piece in hand any more, and it is to be done all the same.
local function put_back(project, document, number)
  redis.call('HSET', key('piece', project, document, number), 'token', '', 'owner', '')
  redis.call('SREM', key('intake', 'work'), project .. ':' .. document .. ':' .. number)
  if number ~= '0' then
    redis.call('SADD', key('document', project, document, 'again'), number)
  end
  into_line(project, document)
end

-- The process that had this piece in hand has died. A piece is alone in its process: the second time convicts it.
-- `entry`: the failure, where more is known than that it died.
local function charge_piece(project, document, number, max_crashes, entry)
  local record = key('piece', project, document, number)
  if redis.call('HINCRBY', record, 'crashes', 1) < max_crashes then
    redis.call('HSET', record, 'owner', '')
    return false
  end
  fail_piece(project, document, number, entry or cjson.encode({
    code = 'crashed', message = 'the worker process died twice while it worked on this alone'}))
  return true
end

-- What is to be done next of a document, and is there more? A document that nobody knows any more has nothing.
local function next_piece(project, document)
  local record, again = key('document', project, document), key('document', project, document, 'again')
  local state, following, pages = unpack(redis.call('HMGET', record, 'state', 'next', 'pages'))
  if state == 'waiting' then
    return '0', false
  elseif state ~= 'opened' then
    return nil, false
  end
  local number = redis.call('SPOP', again)
  if not number and tonumber(following) <= tonumber(pages) then
    number = following
    following = redis.call('HINCRBY', record, 'next', 1)
  end
  return number, redis.call('SCARD', again) > 0 or tonumber(following) <= tonumber(pages)
end

-- `numbers`: nil for all pages that failed.
local function retry_pages(project, document, numbers)
  local record, pages = key('document', project, document), key('document', project, document, 'pages')
  local opened, count = tonumber(redis.call('HGET', record, 'pages') or 0) > 0, 0
  if redis.call('HGET', record, 'state') == 'failed' and not opened then
    count = 1
  end
  for _, number in ipairs(opened and (numbers or redis.call('HKEYS', pages)) or {}) do
    if string.match(redis.call('HGET', pages, number) or '', '^failed') then
      set_page(project, document, number, nil)
      redis.call('SADD', key('document', project, document, 'again'), number)
      count = count + 1
    end
  end
  if count > 0 then
    redis.call('HSET', record, 'state', opened and 'opened' or 'waiting')
    redis.call('HDEL', record, 'failure')
    redis.call('PERSIST', record)
    redis.call('PERSIST', pages)
    into_line(project, document)
  end
  return count
end

-- What people call the kinds of pages' values.
local SHOWN = {imported = 'queued', stuck = 'failed'}

-- Where a page in flight is.
local function stage_of(project, task)
  local stage = redis.call('HGET', key('page', project, task), 'stage')
  return stage and (redis.call('SISMEMBER', key('state', project, 'queued'), task) == 1 and 'queued' or stage)
end

-- Where a page is now, and its task: in flight the ledger knows it.
local function live_page(project, value)
  local kind, task = string.match(value, '^(%a+):?(%d*)')
  return task ~= '' and stage_of(project, task) or SHOWN[kind] or kind, task
end

-- The pages of documents that are in flight: document -> list of {number, state}.
local function pages_in_flight(project)
  local found = {}
  for _, state in ipairs(STATES) do
    for _, task in ipairs(redis.call('SMEMBERS', key('state', project, state))) do
      local document, number = document_page(redis.call('HGET', key('page', project, task), 'image') or '')
      if document then
        found[document] = found[document] or {}
        table.insert(found[document], {number, state})
      end
    end
  end
  return found
end

-- Pages by state. `in_flight`: this document's of `pages_in_flight`; the others are where the document counts them.
local function document_counts(project, document, row, in_flight)
  local counts, waiting = {}, tonumber(row.pages)
  local function add(state, by)
    counts[state] = (counts[state] or 0) + by
  end
  for _, kind in ipairs({'rendered', 'imported', 'done', 'skipped', 'stuck', 'failed'}) do
    add(SHOWN[kind] or kind, tonumber(row['n:' .. kind] or 0))
    waiting = waiting - tonumber(row['n:' .. kind] or 0)
  end
  add('waiting', math.max(0, waiting))
  for _, page in ipairs(in_flight or {}) do
    local value = redis.call('HGET', key('document', project, document, 'pages'), page[1]) or 'waiting'
    local kind = string.match(value, '^%a+')
    add(SHOWN[kind] or kind, -1)
    add(page[2], 1)
  end
  return counts
end
