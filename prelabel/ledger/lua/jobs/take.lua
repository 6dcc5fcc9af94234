-- Take document jobs from the waiting documents in turn, one of each. ARGV: bound, lease_s, then tokens
-- `bound`: most jobs in flight over all documents. Returns a flat list of project, document, number, token.
local line, work, taken, given = key('intake', 'line'), key('intake', 'work'), {}, 3
while ARGV[given] and redis.call('SCARD', work) < tonumber(ARGV[1]) do
  local member = redis.call('ZPOPMIN', line)[1]
  if not member then
    break
  end
  local project, document = string.match(member, '^(%d+):(%x+)$')
  local number, more = next_job(project, document)
  if number then
    grant(table.concat({'job', project, document, number}, ':'), ARGV[given], 'intake', tonumber(ARGV[2]))
    redis.call('SADD', work, member .. ':' .. number)
    for _, part in ipairs({project, document, number, ARGV[given]}) do
      table.insert(taken, part)
    end
    given = given + 1
  end
  if more then
    into_line(project, document)
  end
end
return taken
