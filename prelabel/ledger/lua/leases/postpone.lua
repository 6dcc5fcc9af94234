-- End an attempt without an output, and the chain with it; the work waits here.
-- ARGV: work, token, wait_s, server, counted
-- `server`: the one to wait for, or ''. `counted`: as in shared/leases.
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
postpone(ARGV[1], tonumber(ARGV[3]), ARGV[4])
count_attempt(ARGV[1], ARGV[5])
return 1
