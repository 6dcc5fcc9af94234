-- How pages fail: on the failed list, by their own error or by the crashes that they are charged with.
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
