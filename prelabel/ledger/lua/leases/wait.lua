-- End an attempt without an output; the chain keeps the lease. ARGV: work, token, lease_s, counted
-- `counted`: as in shared/leases.
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
let_wait(ARGV[1], tonumber(ARGV[3]))
count_attempt(ARGV[1], ARGV[4])
return 1
