-- Waiting claims whose message is nowhere. ARGV: project, repair (0|1), then pairs of page, token
-- Returns those that still wait with this token and without a living worker; repaired, they are free.
local project, lost = ARGV[1], {}
for i = 3, #ARGV, 2 do
  local record = key('page', project, ARGV[i])
  local token, owner, reserved = unpack(redis.call('HMGET', record, 'token', 'owner', 'reserved'))
  if token == ARGV[i + 1] and owner == '' and (not reserved or is_dead(reserved)) then
    table.insert(lost, ARGV[i])
    if ARGV[2] == '1' then
      redis.call('HSET', record, 'lease', 0)
    end
  end
end
return lost
