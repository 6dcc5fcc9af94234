-- Record that the process hung with this work in hand and was killed. ARGV: work, token, entry
-- This is a crash with a known reason. `entry`: as in leases/fail.
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
if not charge_crash(ARGV[1], cjson.decode(ARGV[3])) then
  put_back(ARGV[1])
end
return 1
