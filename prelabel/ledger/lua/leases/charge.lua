-- Record that a crash of this process counts against work. ARGV: charge, then pairs of work, token
-- `charge`: alone, or '' to remove the record.
for i = 2, #ARGV, 2 do
  if holds(ARGV[i], ARGV[i + 1]) then
    if ARGV[1] == '' then
      redis.call('HDEL', key(ARGV[i]), 'charge')
    else
      redis.call('HSET', key(ARGV[i]), 'charge', ARGV[1])
    end
  end
end
return 1
