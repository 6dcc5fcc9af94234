-- Free work at once, without counting anything. ARGV: work, token
if not holds(ARGV[1], ARGV[2]) then
  return 0
end
let_wait(ARGV[1], 0)
return 1
