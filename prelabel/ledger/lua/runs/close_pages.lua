-- Record that open pages of runs ended outside of their chains. ARGV: project, outcome, then pages
-- `outcome`: done or skipped.
local project, outcome = ARGV[1], ARGV[2]
for i = 3, #ARGV do
  if redis.call('EXISTS', key('page', project, ARGV[i])) == 0 then
    if outcome == 'done' then
      redis.call('HINCRBY', key('ended', project), 'done', 1)
    end
    end_for_runs(project, ARGV[i], outcome)
  end
end
return 1
