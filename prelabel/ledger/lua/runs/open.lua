-- Add listed pages to a run. ARGV: run, project, listed_at, first, then pages
-- `first`: the lowest page of the run.
-- Failed and dropped pages are not part of a run. Neither are pages below the lowest one, which a second listing may
-- find when the process of the first listing died. A cancelled run takes no pages. Returns the number of added pages.
local run, project, listed_at = ARGV[1], ARGV[2], tonumber(ARGV[3])
if redis.call('HEXISTS', key('run', run), 'cancelled') == 1 then
  return 0
end
redis.call('HSETNX', key('run', run), 'first', ARGV[4])
local added = 0
for i = 5, #ARGV do
  local page = ARGV[i]
  local finished = redis.call('ZSCORE', key('finished', project), page)
  local gone = redis.call('HEXISTS', key('failed', project), page) + redis.call('HEXISTS', key('skipped', project), page)
  local ended = gone > 0 or finished and tonumber(finished) >= listed_at
  if not ended and bit_of(run, page) and not run_has(run, 'open', page) then
    run_adds(run, 'open', page)
    added = added + 1
  end
end
return added
