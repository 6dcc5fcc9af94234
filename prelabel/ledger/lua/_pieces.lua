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
