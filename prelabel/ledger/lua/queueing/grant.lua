-- Let a message be sent, unless one of this name waits in the queue. ARGV: name, id
-- Returns 1 where the caller must send a message with this id, and 0 where a message waits or has just been sent.
-- The start of its task ends the lock (queueing/begin). A message that was sent a while ago and is in no list has been
-- fetched or is lost.
local LOOK_EVERY_S, KEPT_S = 60, 86400
local lock = key('queued', ARGV[1])

local function is_in_queue(id)
  for _, list in ipairs(WAITS_IN.control) do
    for _, message in ipairs(redis.call('LRANGE', key('queue', list), 0, -1)) do
      if string.find(message, id, 1, true) then
        return true
      end
    end
  end
  return false
end

local id, sent, looked = unpack(redis.call('HMGET', lock, 'id', 'sent', 'looked'))
if id then
  if math.abs(now - tonumber(sent)) < LOST_AFTER_S then -- the clock may have been set back
    return 0
  end
  if not nothing_waits('control') then
    if math.abs(now - tonumber(looked)) < LOOK_EVERY_S then
      return 0
    end
    if is_in_queue(id) then
      redis.call('HSET', lock, 'looked', now)
      return 0
    end
  end
end
redis.call('HSET', lock, 'id', ARGV[2], 'sent', now, 'looked', now)
redis.call('EXPIRE', lock, KEPT_S)
return 1
