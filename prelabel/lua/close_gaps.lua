-- Pages of a run that are neither in flight nor listed any more ended elsewhere: somebody annotated or deleted them.
-- ARGV: run, project, repair (1; 0: only count them), pages that are still open in Label Studio...
local run, project = ARGV[1], ARGV[2]
local listed, closed = {}, 0
for i = 4, #ARGV do
  listed[ARGV[i]] = true
end
for _, page in ipairs(run_pages(run, 'open')) do
  if not listed[page] and redis.call('EXISTS', key('page', project, page)) == 0 then
    if ARGV[3] == '1' then
      run_drops(run, 'open', page)
      redis.call('HINCRBY', key('run', run), 'skipped', 1)
    end
    closed = closed + 1
  end
end
return closed
