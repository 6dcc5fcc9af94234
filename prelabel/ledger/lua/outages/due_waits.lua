-- Take the waits that are over. ARGV: none
-- Returns the projects with such pages, and documents where document jobs are due.
local due = redis.call('ZRANGEBYSCORE', key('waits'), '-inf', now)
for _, whose in ipairs(due) do
  redis.call('ZREM', key('waits'), whose)
end
return due
