-- End an attempt without an output; the chain keeps the lease. ARGV: work, token, lease_s, failed_tries
-- `lease_s` 0 frees the work at once. `failed_tries` (0 or 1) is added to the failed tries of the stage.
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
let_wait(ARGV[1], tonumber(ARGV[3]))
redis.call('HINCRBY', key(ARGV[1]), 'attempts', tonumber(ARGV[4]))
return 1
