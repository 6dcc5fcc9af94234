-- The lease protocol, the same for pages and document jobs (prelabel/ledger/leases.py). A record holds
--   token     the chain that has the right to the work; every message carries the token
--   stage     ocr, extract, upload, or intake (document jobs)
--   owner     the worker that has the work in hand; '' while the work waits
--   reserved  the worker that has fetched the message
--   since     time of the last grant or return
--   lease     end of the lease, unless it is renewed
--   attempts  failed tries of this stage
--   charge    alone: a crash of the owner now counts against this work
--   alone     1: the work was in hand at a crash, so it must run alone
--   crashes   crashes while the work ran alone
--   not_before  the work waits here until this time: no message of it is on its way, and no chain has a token
--   server    the server that this wait is for; while it is away, the work waits on
--   waits     waits in a row that used up no try

-- After this time a message that is neither in its queue nor with a worker is lost. Redis hands a message out first and
-- records that afterwards; when the worker is killed in between, the message is gone.
local LOST_AFTER_S = 10

local function is_dead(worker)
  return redis.call('EXISTS', key('worker', worker)) == 0
end

local function nothing_waits(stage)
  for _, list in ipairs(WAITS_IN[stage]) do
    if redis.call('LLEN', key('queue', list)) > 0 then
      return false
    end
  end
  return true
end

local function holds(work, token)
  return redis.call('HGET', key(work), 'token') == token
end

-- Work that a worker has in hand or has fetched is free when the worker is dead. It is also free when the living worker
-- no longer renews the lease, because Redis did not answer when the outcome was to be written. Waiting work is free
-- when its message is lost. Where the queue never runs empty, a lost message shows only by the end of the lease.
local function lease_is_free(work)
  local owner, reserved, lease, since, stage, not_before, server =
    unpack(redis.call('HMGET', key(work), 'owner', 'reserved', 'lease', 'since', 'stage', 'not_before', 'server'))
  if server and is_away(server) then
    return false
  end
  if not_before then
    return tonumber(not_before) <= now or now < tonumber(since) - LOST_AFTER_S -- the clock may have been set back
  end
  if not lease or tonumber(lease) < now then
    return true
  end
  if owner and owner ~= '' then
    return is_dead(owner)
  end
  if reserved then
    return is_dead(reserved)
  end
  return math.abs(now - tonumber(since)) > LOST_AFTER_S and nothing_waits(stage) -- the clock may have been set back
end

-- Give the work to a chain, whose message must arrive within the lease.
local function grant(work, token, stage, lease_s)
  redis.call('HSET', key(work), 'token', token, 'stage', stage, 'owner', '', 'since', now, 'lease', now + lease_s)
  redis.call('HDEL', key(work), 'reserved', 'not_before', 'server')
end

-- Returns whether free work has waited in the ledger for its time, so that nothing of it is lost.
local function has_waited(work)
  return redis.call('HEXISTS', key(work), 'not_before') == 1
end

-- Let the work wait: no worker has it in hand any more. `lease_s` 0 frees it at once.
local function let_wait(work, lease_s)
  redis.call('HSET', key(work), 'owner', '', 'since', now, 'lease', now + lease_s)
  redis.call('HDEL', key(work), 'charge', 'reserved')
end

-- Let the work wait in the ledger: its chain is over, and a selection or a sweep starts it again after `wait_s`, or
-- when `server` ('': none) has come back.
local function postpone(work, wait_s, server)
  let_wait(work, wait_s)
  redis.call('HSET', key(work), 'token', '', 'not_before', now + wait_s)
  local kind, project = parts_of(work)
  local whose = kind == 'page' and project or 'documents'
  if server ~= '' and is_away(server) then
    redis.call('HSET', key(work), 'server', server)
    redis.call('SADD', key('waiting', server), whose)
  else
    due_at(whose, now + wait_s)
  end
end

-- Count the end of an attempt without an output. `counted`: try where it uses up a try, wait where it does not, '' where
-- there was no attempt.
local function count_attempt(work, counted)
  if counted == 'try' then
    redis.call('HINCRBY', key(work), 'attempts', 1)
    redis.call('HDEL', key(work), 'waits')
  elseif counted == 'wait' then
    redis.call('HINCRBY', key(work), 'waits', 1)
  end
end
