-- The projects that need care (prelabel/ledger/periodic/care.py): a sorted set. A project's score is the time at which
-- somebody asked for a selection that has not succeeded since; 0: nobody did.
local function needs_care(project)
  redis.call('ZADD', key('care'), 'NX', 0, project)
end

local function ask_selection(project)
  redis.call('ZADD', key('care'), now, project)
end
