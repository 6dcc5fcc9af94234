-- Check pages whose message is nowhere. ARGV: project, repair, then pairs of page, token
-- `repair`: 1 frees them. Returns the pages that still wait with this token, and that no living worker has fetched.
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
