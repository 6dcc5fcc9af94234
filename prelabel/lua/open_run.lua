-- Add listed pages to a run. ARGV: run, project, listed_at, lowest page of the run, pages...
-- Failed and dropped pages are not part of a run. A cancelled run takes none.
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
  if gone == 0 and not (finished and tonumber(finished) >= listed_at) and not run_has(run, 'open', page) then
    run_adds(run, 'open', page)
    added = added + 1
  end
end
return added
