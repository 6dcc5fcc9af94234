-- Documents on their way into Label Studio (prelabel/ledger/documents.py). A page without a value waits. The values are
--   rendered       the image is in the bucket
--   failed:JSON    rendering has failed
--   imported:TASK  the page is in Label Studio
--   done:TASK, skipped:TASK, stuck:TASK  the page has ended there; stuck: it is on the failed list
-- The document's record counts its pages by kind of value, as n:KIND.
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

-- The projects that have a document are kept as long as one of them keeps it.
local function note_project(project, document)
  local projects, longest_s = key('projects_of', document), 0
  redis.call('SADD', projects, project)
  for _, each in ipairs(redis.call('SMEMBERS', projects)) do
    local left_s = redis.call('TTL', key('document', each, document))
    if left_s == -1 then
      redis.call('PERSIST', projects)
      return
    end
    longest_s = math.max(longest_s, left_s)
  end
  redis.call('EXPIRE', projects, longest_s)
end

-- A document that waits or is opened keeps its project among those that need care.
local function on_its_way(project, document)
  redis.call('SADD', key('arriving', project), document)
  note_project(project, document)
  needs_care(project)
end

-- End a document. The reasons of failures are kept until a retry, or until the time to live is over.
local function document_ends(project, document, state)
  local record = key('document', project, document)
  local ttl = redis.call('HGET', record, 'ttl')
  redis.call('HSET', record, 'state', state)
  if state == 'done' then
    redis.call('SADD', key('raw_done'), document .. redis.call('HGET', record, 'suffix'))
  end
  redis.call('EXPIRE', record, ttl)
  redis.call('EXPIRE', key('document', project, document, 'pages'), ttl)
  redis.call('SREM', key('arriving', project), document)
  note_project(project, document)
end

-- End the document when each page is in Label Studio or failed.
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

-- Returns the document and the page number of an image, if prelabel made its name (prelabel/bucket/keys.py).
-- An id has 32 digits, that of earlier releases 16; a percent sign may leave two digits before it.
local function document_page(image)
  for digits, number in string.gmatch(image, '([0-9a-f]+)%-([1-9]%d*)%.%w+') do
    if #digits >= 16 then
      return string.sub(digits, #digits >= 32 and -32 or -16), number
    end
  end
end

-- Record the new value of a document's page that is in Label Studio. `kind`: that of the value. A second task of the
-- page, which was deleted, changes nothing: the value names the other one.
local function tell_document(project, task, image, kind)
  local document, number = document_page(image or '')
  if document and redis.call('EXISTS', key('document', project, document)) == 1 then
    local named = string.match(redis.call('HGET', key('document', project, document, 'pages'), number) or '', ':(%d+)$')
    if kind == 'skipped' and named and named ~= task then
      return
    end
    set_page(project, document, number, kind .. ':' .. task)
    settle_document(project, document)
  end
end

-- Append a document to the documents that wait to give out their next job.
local function into_line(project, document)
  redis.call('ZADD', key('intake', 'line'), redis.call('INCR', key('intake', 'turn')), project .. ':' .. document)
end

-- Try failed pages of a document again, or its opening. `numbers`: nil for all failed pages.
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
    on_its_way(project, document)
    into_line(project, document)
  end
  return count
end

-- The states that people see, by kind of value; other kinds are shown as they are.
local SHOWN = {imported = 'queued', stuck = 'failed'}

-- Returns the state of a page in flight, nil for other pages.
local function stage_of(project, task)
  local stage = redis.call('HGET', key('page', project, task), 'stage')
  return stage and (redis.call('SISMEMBER', key('state', project, 'queued'), task) == 1 and 'queued' or stage)
end

-- Returns whether an image is that of a document's page. After a restored backup of Label Studio the page's task id may
-- be that of another page.
local function is_page_of(image, document, number)
  local found, found_number = document_page(image or '')
  return found == document and found_number == tostring(number)
end

-- Returns the present state of a document's page, and its task.
local function live_page(project, document, number, value)
  local kind, task = string.match(value, '^(%a+):?(%d*)')
  local mine = task ~= '' and is_page_of(redis.call('HGET', key('page', project, task), 'image'), document, number)
  return mine and stage_of(project, task) or SHOWN[kind] or kind, task
end

-- Counts a document's pages by the states that its record knows; documents/in_flight tells those of pages in flight.
local function document_counts(row)
  local counts, waiting = {}, tonumber(row.pages)
  local function add(state, by)
    counts[state] = (counts[state] or 0) + by
  end
  for _, kind in ipairs({'rendered', 'imported', 'done', 'skipped', 'stuck', 'failed'}) do
    add(SHOWN[kind] or kind, tonumber(row['n:' .. kind] or 0))
    waiting = waiting - tonumber(row['n:' .. kind] or 0)
  end
  add('waiting', math.max(0, waiting))
  return counts
end
