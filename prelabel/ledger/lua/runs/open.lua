-- Add listed pages to runs. ARGV: runs, project, listed_at, then pages
-- `runs`: ids, with blanks between. Failed and dropped pages are not part of a run. A cancelled run takes no pages.
-- Returns the number of added pages.
local project, listed_at, opening, added = ARGV[2], tonumber(ARGV[3]), {}, 0
for run in string.gmatch(ARGV[1], '%S+') do
  if redis.call('HEXISTS', key('run', run), 'cancelled') == 0 then
    table.insert(opening, run)
  end
end
local runs = table.concat(opening, ' ')
for i = 4, #opening > 0 and #ARGV or 0 do
  local page = ARGV[i]
  local finished = redis.call('ZSCORE', key('finished', project), page)
  local gone = redis.call('HEXISTS', key('failed', project), page) + redis.call('HEXISTS', key('skipped', project), page)
  local ended = gone > 0 or finished and tonumber(finished) >= listed_at
  if not ended and open_for_runs(project, page, runs) then
    added = added + 1
  end
end
return added
