-- Count the pages of a run by state. ARGV: run, project
-- Returns {queued, ocr, extract, upload, done, failed, skipped, cancelled}; queued includes unclaimed pages.
local run, project = ARGV[1], ARGV[2]
local working, queued = {}, redis.call('BITCOUNT', key('run', run, 'open'))
for _, stage in ipairs({'ocr', 'extract', 'upload'}) do
  local count = 0
  for _, page in ipairs(redis.call('SMEMBERS', key('state', project, stage))) do
    count = count + (run_has(run, 'open', page) and 1 or 0)
  end
  table.insert(working, count)
  queued = queued - count
end
local done, skipped, cancelled = unpack(redis.call('HMGET', key('run', run), 'done', 'skipped', 'cancelled'))
local failed = redis.call('BITCOUNT', key('run', run, 'failed'))
return {queued, working[1], working[2], working[3],
  tonumber(done or 0), failed, tonumber(skipped or 0), tonumber(cancelled or 0)}
