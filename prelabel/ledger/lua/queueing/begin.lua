-- Record that a worker begins a message: another one of this name may be sent. ARGV: name, id
local lock = key('queued', ARGV[1])
if redis.call('HGET', lock, 'id') == ARGV[2] then
  redis.call('DEL', lock)
end
return 1
