-- End an attempt without an output, and the chain with it; the work waits here. ARGV: work, token, wait_s, charged
-- `charged`: 1 where a try of the stage is used up.
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
postpone(ARGV[1], tonumber(ARGV[3]))
count_attempt(ARGV[1], ARGV[4])
return 1
