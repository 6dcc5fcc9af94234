-- The clock, the keys, and the names of leased work. This part comes first in every script.
-- KEYS[1] is the prefix of this Label Studio server. The clock is that of Redis, so that workers' clocks do not matter.
-- The constants above these lines (STATES, MAX_CRASHES, WAITS_IN) are written by prelabel/ledger/scripts.py.
local prefix = KEYS[1]
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6

local function key(...)
  return prefix .. ':' .. table.concat({...}, ':')
end

-- Leased work is a page or a document job. Its record's key is its name: page:PROJECT:PAGE or
-- job:PROJECT:DOCUMENT:NUMBER.
-- Returns page or job, project, page or document, and the number of a job.
local function parts_of(work)
  return string.match(work, '^(%a+):(%d+):(%w+):?(%d*)$')
end
