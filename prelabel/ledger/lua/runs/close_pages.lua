-- Record that open pages of runs ended outside of their chains. ARGV: project, outcome, then pages
-- `outcome`: done or skipped.
local project, outcome = ARGV[1], ARGV[2]
for i = 3, #ARGV do
  if redis.call('EXISTS', key('page', project, ARGV[i])) == 0 then
    -- a page that no run waits for any more has ended, and was counted, since the caller looked
    if end_for_runs(project, ARGV[i], outcome) and outcome == 'done' then
      redis.call('HINCRBY', key('ended', project), 'done', 1)
    end
  end
end
return 1
