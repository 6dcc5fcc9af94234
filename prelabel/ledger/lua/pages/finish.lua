-- End a page as done or skipped. ARGV: project, page, token, outcome, reason, then pairs of part, seconds
-- `outcome`: done or skipped. `reason`: that of a skipped page. The version of a done page is noted. Returns 0 for a stale token.
local project, page, outcome = ARGV[1], ARGV[2], ARGV[4]
local record = key('page', project, page)
if not holds(table.concat({'page', project, page}, ':'), ARGV[3]) then
  return 0
end
local times = redis.call('HGETALL', record)
for i = 6, #ARGV, 2 do
  table.insert(times, 's:' .. ARGV[i])
  table.insert(times, ARGV[i + 1])
end
for i = 1, #times, 2 do
  if string.sub(times[i], 1, 2) == 's:' then
    redis.call('HINCRBYFLOAT', key('seconds', project), string.sub(times[i], 3), times[i + 1])
  end
end
redis.call('HINCRBY', key('ended', project), outcome, 1)
if outcome == 'skipped' then
  redis.call('HINCRBY', key('skip_reasons', project), ARGV[5], 1)
end
if outcome == 'done' then
  note_version(project, page, redis.call('HGET', record, 'version') or '')
elseif ARGV[5] == 'page_gone' then
  note_version(project, page, '')
  redis.call('HDEL', key('remarks', project), page)
end
remember_end(project, page)
tell_document(project, page, redis.call('HGET', record, 'image'), outcome)
end_for_runs(project, page, outcome)
forget(project, page)
return 1
