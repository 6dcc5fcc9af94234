-- Add listed pages to a run. ARGV: run, project, listed_at, pages...   Failed and dropped pages are not part of a run.
local run, project, listed_at = ARGV[1], ARGV[2], tonumber(ARGV[3])
local added = 0
for i = 4, #ARGV do
  local page = ARGV[i]
  local finished = redis.call('ZSCORE', key('finished', project), page)
  local gone = redis.call('HEXISTS', key('failed', project), page) + redis.call('HEXISTS', key('skipped', project), page)
  if gone == 0 and not (finished and tonumber(finished) >= listed_at) then
    added = added + redis.call('SADD', key('run', run, 'open'), page)
  end
end
redis.call('HINCRBY', key('run', run), 'total', added)
return added
