-- Runs: who waits for which page (prelabel/ledger/runs.py).
-- Runs that wait for the same open pages share a group, so the end of a page costs as much for one run as for a
-- thousand, and nothing for the runs that have ended.
--   runs:PROJECT         the unfinished runs
--   run:RUN              project, at, again, opened, error, cancelled; done, failed, skipped: its ended pages;
--                        groups: the number of its groups that have open pages
--   groups:PROJECT       the groups that have open pages
--   group:PROJECT:GROUP  runs: their ids; open: its open pages; listed: its pages on the failed list;
--                        done, failed, skipped, cancelled: ends that the runs are told about with the last open page
local RUN_KEPT_S = 7 * 86400
local OUTCOMES = {'done', 'failed', 'skipped', 'cancelled'}

-- A finished run's progress is kept for some time. An unfinished run is kept until it ends.
local function end_run_if_over(project, run)
  local groups, opened, failed_to_begin, cancelled, first =
    unpack(redis.call('HMGET', key('run', run), 'groups', 'opened', 'error', 'cancelled', 'first'))
  if tonumber(groups or 0) <= 0 and (opened or failed_to_begin or cancelled) and not first then
    redis.call('SREM', key('runs', project), run)
    redis.call('EXPIRE', key('run', run), RUN_KEPT_S)
  end
end

-- Returns the existing runs of a group.
local function runs_of(project, group)
  local runs = {}
  for run in string.gmatch(redis.call('HGET', key('group', project, group), 'runs') or '', '%S+') do
    if redis.call('EXISTS', key('run', run)) == 1 then
      table.insert(runs, run)
    end
  end
  return runs
end

local function add_open(project, group)
  if redis.call('HINCRBY', key('group', project, group), 'open', 1) == 1 then
    redis.call('SADD', key('groups', project), group)
    for _, run in ipairs(runs_of(project, group)) do
      redis.call('HINCRBY', key('run', run), 'groups', 1)
      redis.call('PERSIST', key('run', run))
      redis.call('SADD', key('runs', project), run)
    end
    redis.call('PERSIST', key('runs', project))
  end
end

-- Tell the runs of a group without open pages about its ends. It stays while the failed list refers to it.
local function settle_group(project, group)
  local record = key('group', project, group)
  if tonumber(redis.call('HGET', record, 'open') or 0) > 0 then
    return
  end
  local counts, closed = redis.call('HMGET', record, unpack(OUTCOMES)), redis.call('SREM', key('groups', project), group)
  for _, run in ipairs(runs_of(project, group)) do
    for place, outcome in ipairs(OUTCOMES) do
      if tonumber(counts[place] or 0) ~= 0 then
        redis.call('HINCRBY', key('run', run), outcome, counts[place])
      end
    end
    redis.call('HINCRBY', key('run', run), 'groups', 0 - closed)
    end_run_if_over(project, run)
  end
  if tonumber(redis.call('HGET', record, 'listed') or 0) > 0 then
    redis.call('HDEL', record, unpack(OUTCOMES))
  else
    redis.call('DEL', record)
  end
end

local function drop_open(project, group, pages)
  if redis.call('HINCRBY', key('group', project, group), 'open', 0 - (pages or 1)) <= 0 then
    settle_group(project, group)
  end
end

-- End an open page for the runs that wait for it. `outcome`: one of OUTCOMES. Returns the page's group, if any.
local function end_for_runs(project, page, outcome)
  local group = set_group(project, page, nil)
  if group then
    redis.call('HINCRBY', key('group', project, group), outcome, 1)
    if outcome == 'failed' then
      redis.call('HINCRBY', key('group', project, group), 'listed', 1)
    end
    drop_open(project, group)
  end
  return group
end

-- Take a failed page off its group: it ends as skipped, or is open again. The caller settles the group.
local function end_failure_for_runs(project, page, group, to)
  local record = key('group', project, group)
  if redis.call('EXISTS', record) == 0 then
    return
  end
  redis.call('HINCRBY', record, 'listed', -1)
  redis.call('HINCRBY', record, 'failed', -1)
  if to ~= 'open' then
    redis.call('HINCRBY', record, to, 1)
  elseif group_of(project, page) then -- a run that was opened since then waits for it already
    redis.call('HINCRBY', record, 'skipped', 1)
  else
    set_group(project, page, group)
    add_open(project, group)
  end
end

-- Returns the group of the runs of `group` and those of `opening` (ids, with blanks between). `group`: nil for none.
-- One opening takes many scripts: it remembers which group follows which.
local heirs = {}
local function heir_of(project, group, opening)
  local from = group or 0
  if heirs[from] then
    return heirs[from]
  end
  local runs, known = group and redis.call('HGET', key('group', project, group), 'runs') or '', key('heirs', project)
  local more = runs
  for run in string.gmatch(opening, '%S+') do
    if not string.find(more, run, 1, true) then
      more = more .. ' ' .. run
    end
  end
  if more == runs then
    heirs[from] = group
    return group
  end
  if redis.call('HGET', known, 'opening') ~= opening then
    redis.call('DEL', known)
    redis.call('HSET', known, 'opening', opening)
  end
  local heir = redis.call('HGET', known, from) or redis.call('INCR', key('group', project))
  redis.call('HSET', known, from, heir)
  redis.call('HSET', key('group', project, heir), 'runs', more)
  heirs[from] = tonumber(heir)
  return heirs[from]
end

-- Let the runs of an opening wait for a page. Returns whether one of them did not yet.
local function open_for_runs(project, page, opening)
  local group = group_of(project, page)
  local heir = heir_of(project, group, opening)
  if heir == group then
    return false
  end
  set_group(project, page, heir)
  add_open(project, heir)
  if group then
    drop_open(project, group)
  end
  return true
end
