-- Failures of leased work: by its own error, or by the crashes that are charged to it.
-- An entry is {reason, message, stage, attempts}, as prelabel/ledger/leases.py writes it.
local function fail_work(work, entry)
  local kind, project, id, number = parts_of(work)
  if kind == 'page' then
    put_on_failed_list(project, id, entry)
  else
    fail_job(project, id, number, entry)
  end
end

-- Free the work without a failure.
local function put_back(work)
  local kind, project, id, number = parts_of(work)
  if kind == 'page' then
    let_wait(work, 0)
  else
    put_job_back(project, id, number)
  end
end

-- Charge a crash to work that its owner had in hand. The work must run alone from now on; only crashes while it runs
-- alone count. `entry`: the failure, where more is known than the crash. Returns whether the work has failed.
local function charge_crash(work, entry)
  local record = key(work)
  local charge, stage = unpack(redis.call('HMGET', record, 'charge', 'stage'))
  redis.call('HDEL', record, 'charge')
  redis.call('HSET', record, 'alone', 1)
  if charge ~= 'alone' or redis.call('HINCRBY', record, 'crashes', 1) < MAX_CRASHES then
    return false
  end
  fail_work(work, entry or {
    reason = 'crashed', stage = stage, attempts = MAX_CRASHES,
    message = 'the worker process died twice while it worked on this page alone'})
  return true
end
