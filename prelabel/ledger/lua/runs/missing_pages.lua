-- List pages that are not in flight. ARGV: project, then pages
local gaps = {}
for i = 2, #ARGV do
  if redis.call('EXISTS', key('page', ARGV[1], ARGV[i])) == 0 then
    table.insert(gaps, ARGV[i])
  end
end
return gaps
