-- The process that worked on this was ended, because it hung: a crash with a known reason. ARGV: work, token, entry
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
if not charge_crash(ARGV[1], cjson.decode(ARGV[3])) then
  put_back(ARGV[1])
end
return 1
