-- Take a piece of work into hand. ARGV: project, document, number, token, owner, dead_owner, lease_s, max_crashes
-- Returns {'run', failed tries so far} | {'busy', owner} | {'lost'}
local project, document, number = ARGV[1], ARGV[2], ARGV[3]
local record = key('piece', project, document, number)
local token, owner, attempts = unpack(redis.call('HMGET', record, 'token', 'owner', 'attempts'))
if token ~= ARGV[4] then
  return {'lost'}
end
if owner ~= '' then
  if owner ~= ARGV[6] and not is_dead(owner) then
    return {'busy', owner}
  end
  if charge_piece(project, document, number, tonumber(ARGV[8])) then
    return {'lost'}
  end
end
redis.call('HSET', record, 'owner', ARGV[5], 'lease', now + tonumber(ARGV[7]))
redis.call('HDEL', record, 'reserved')
return {'run', attempts or '0'}
