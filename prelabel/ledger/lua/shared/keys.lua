-- The clock, the keys, and how to find the record of leased work. Prepended to every script, first of all.
-- KEYS[1] is the prefix of this Label Studio server. The clock is Redis's own, so that workers' clocks do not matter.
-- The constants above these lines (STATES, MAX_CRASHES, WAITS_IN) are written by prelabel/ledger/scripts.py.
local prefix = KEYS[1]
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6

local function key(...)
  return prefix .. ':' .. table.concat({...}, ':')
end

-- Leased work is a page (page:PROJECT:PAGE) or a document job (job:PROJECT:DOCUMENT:NUMBER). Its name is its record's key.
-- Returns page or job, project, page or document, and the number of a job.
local function parts_of(work)
  return string.match(work, '^(%a+):(%d+):(%w+):?(%d*)$')
end
