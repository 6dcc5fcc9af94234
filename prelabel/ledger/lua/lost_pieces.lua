-- Put pieces of work back into the line that nobody works on any more. Returns how many; those that crash are failed.
local work, lost = key('intake', 'work'), 0
for _, member in ipairs(redis.call('SMEMBERS', work)) do
  local project, document, number = string.match(member, '^(%d+):(%x+):(%d+)$')
  local record = key('piece', project, document, number)
  if claim_is_free(record) then
    lost = lost + 1
    local owner = redis.call('HGET', record, 'owner')
    local crashed = owner and owner ~= '' and is_dead(owner)
    if not (crashed and charge_piece(project, document, number, tonumber(ARGV[1]))) then
      put_back(project, document, number)
    end
  end
end
return lost
