-- Locks (prelabel/ledger/locks.py): lock:NAME holds its holder's token. lock:NAME:line holds the waiting tokens in the
-- order of their arrival, lock:NAME:due the times by which each waiter has promised to be back.
local function leave_line(name, token)
  redis.call('ZREM', key('lock', name, 'line'), token)
  redis.call('HDEL', key('lock', name, 'due'), token)
end

-- Returns the first waiter that still lives, and takes those before it out of the line.
local function first_in_line(name)
  while true do
    local first = redis.call('ZRANGE', key('lock', name, 'line'), 0, 0)[1]
    if not first or tonumber(redis.call('HGET', key('lock', name, 'due'), first) or 0) > now then
      return first
    end
    leave_line(name, first)
  end
end
