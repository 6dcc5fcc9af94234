-- Take pages off the failed list. ARGV: project, how, then pages
-- `how`: retry lets failed and dropped pages be selected again; drop sets failed pages aside, so that no selection
-- finds them. Returns the number of pages.
local project, how, ended, groups = ARGV[1], ARGV[2], 0, {}
for i = 3, #ARGV do
  local page = ARGV[i]
  local row = redis.call('HGET', key('failed', project), page)
  if row then
    local entry = cjson.decode(row)
    redis.call('HDEL', key('failed', project), page)
    tell_document(project, page, entry.image, how == 'retry' and 'imported' or 'skipped')
    if entry.group then
      end_failure_for_runs(project, page, entry.group, how == 'retry' and 'open' or 'skipped')
      groups[entry.group] = true
    end
    if how == 'drop' then
      set_page_aside(project, page, 'dropped', entry.ref or entry.image)
    end
  end
  local dropped = how == 'retry' and redis.call('HDEL', key('skipped', project), page) or 0
  if how == 'retry' and (row or dropped == 1) then
    redis.call('ZREM', key('finished', project), page)
    ask_selection(project)
  end
  ended = ended + ((row or dropped == 1) and 1 or 0)
end
for group in pairs(groups) do
  settle_group(project, group)
end
return ended
