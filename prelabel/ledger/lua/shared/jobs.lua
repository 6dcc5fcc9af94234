-- Document jobs: opening a document is job 0, rendering page N is job N.
local function end_job(project, document, number)
  redis.call('DEL', key('job', project, document, number))
  redis.call('SREM', key('intake', 'work'), project .. ':' .. document .. ':' .. number)
end

-- Returns the image reference of the Label Studio task that holds a PDF, without keys; '?' where none is noted. Returns
-- nil when the task id is no longer that of the PDF.
local function source_image(project, source)
  local noted = noted_image(project, source)
  if noted or redis.call('HEXISTS', key('skipped', project), source) == 1 then
    return noted or '?'
  end
  local image = redis.call('HGET', key('page', project, source), 'image') -- the task is about to be set aside
  return image and without_keys(image) or nil
end

-- Note a failed job whose cause may pass: beat tries it again by itself, once (prelabel/outages/ends.py).
local function note_passing(project, document, number, entry)
  local member = table.concat({project, document, number}, ':')
  if entry.again and not redis.call('ZSCORE', key('intake', 'retried'), member) then
    redis.call('ZADD', key('intake', 'passing'), now, member)
  end
end

-- The Label Studio task that holds a PDF is set aside. When the PDF cannot be opened, the task goes to the failed list.
-- Returns whether it did.
local function fail_source(project, document, entry)
  local source, name = unpack(redis.call('HMGET', key('document', project, document), 'source', 'name'))
  local ref = source and source ~= '0' and source_image(project, source)
  if not ref then
    return false
  end
  local failed = {
    reason = entry.reason, message = entry.message, stage = 'ocr', attempts = 1, at = now, image = name, ref = ref,
    server = entry.server, again = may_try_again(project, source, entry)}
  redis.call('HDEL', key('skipped', project), source)
  redis.call('HSET', key('failed', project), source, cjson.encode(failed))
  return true
end

local function fail_job(project, document, number, entry)
  end_job(project, document, number)
  if number == '0' then
    redis.call('HSET', key('document', project, document), 'failure', cjson.encode(entry))
    if not fail_source(project, document, entry) then
      note_passing(project, document, number, entry)
    end
    document_ends(project, document, 'failed')
  else
    note_passing(project, document, number, entry)
    set_page(project, document, number, 'failed:' .. cjson.encode(entry))
    settle_document(project, document)
  end
end

-- Let a job wait again that no worker has any more.
local function put_job_back(project, document, number)
  redis.call('HSET', key('job', project, document, number), 'token', '', 'owner', '')
  redis.call('HDEL', key('job', project, document, number), 'not_before')
  redis.call('SREM', key('intake', 'work'), project .. ':' .. document .. ':' .. number)
  if number ~= '0' then
    redis.call('SADD', key('document', project, document, 'again'), number)
  end
  into_line(project, document)
end

-- Returns the number of the next job of a document, and whether more follow. A forgotten document has none.
local function next_job(project, document)
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
