-- List open pages of a run that are neither in flight nor listed. ARGV: run, project, then listed
-- `listed`: the pages that Label Studio lists.
local listed, gaps = {}, {}
for i = 3, #ARGV do
  listed[ARGV[i]] = true
end
for _, page in ipairs(run_pages(ARGV[1], 'open')) do
  if not listed[page] and redis.call('EXISTS', key('page', ARGV[2], page)) == 0 then
    table.insert(gaps, page)
  end
end
return gaps
