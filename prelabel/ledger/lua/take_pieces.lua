-- Hand out work, a piece of each document in turn. ARGV: bound (pieces on their way in all), lease_s, tokens...
-- Returns a flat list of (project, document, number, token).
local line, work, taken, given = key('intake', 'line'), key('intake', 'work'), {}, 3
while ARGV[given] and redis.call('SCARD', work) < tonumber(ARGV[1]) do
  local member = redis.call('ZPOPMIN', line)[1]
  if not member then
    break
  end
  local project, document = string.match(member, '^(%d+):(%x+)$')
  local number, more = next_piece(project, document)
  if number then
    local record = key('piece', project, document, number)
    redis.call('HSET', record, 'token', ARGV[given], 'stage', 'intake', 'owner', '', 'since', now,
      'lease', now + tonumber(ARGV[2]))
    redis.call('HDEL', record, 'reserved')
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
