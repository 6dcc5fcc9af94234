-- End a page as skipped and keep selections from finding it. ARGV: project, page, token, reason
-- Returns 0 for a stale token.
local project, page = ARGV[1], ARGV[2]
if not holds(table.concat({'page', project, page}, ':'), ARGV[3]) then
  return 0
end
if redis.call('HEXISTS', key('failed', project), page) == 0 then -- otherwise its document has failed already
  set_page_aside(project, page, ARGV[4], without_keys(redis.call('HGET', key('page', project, page), 'image') or ''))
end
remember_end(project, page)
end_for_runs(project, page, 'skipped')
forget(project, page)
return 1
