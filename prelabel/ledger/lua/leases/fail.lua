-- End work as failed. ARGV: work, token, entry
-- `entry`: JSON of {reason, message, stage, attempts}.
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
fail_work(ARGV[1], cjson.decode(ARGV[3]))
return 1
