-- The lease protocol, the same for pages and document jobs (prelabel/ledger/leases.py). A record holds
--   token     the chain that has the right to the work; every message carries it
--   stage     ocr, extract, upload, or intake (document jobs)
--   owner     the worker that works on it now; '' while it waits
--   reserved  the worker that has fetched the message
--   since     when it last changed hands
--   lease     until when this lasts without a renewal
--   attempts  failed tries of this stage
--   charge    alone: a crash of the owner now counts against this work
--   alone     the work was in hand at a crash, so it must run alone
--   crashes   crashes while it ran alone

-- A message that is neither in its queue nor with a worker after so many seconds is lost. Redis hands it out first and
-- notes that afterwards: a worker killed in between takes it along.
local LOST_AFTER_S = 10

local function is_dead(worker)
  return redis.call('EXISTS', key('worker', worker)) == 0
end

local function nothing_waits(stage)
  for _, list in ipairs(WAITS_IN[stage]) do
    if redis.call('LLEN', list) > 0 then
      return false
    end
  end
  return true
end

local function holds(work, token)
  return redis.call('HGET', key(work), 'token') == token
end

-- Work in hand, or whose message a worker has fetched, is free when that worker is dead, or lives but no longer renews
-- the lease: Redis was away when the outcome was to be written. Waiting work is free when its message is lost, or (the
-- queue never runs empty and cannot tell) when its lease is over.
local function lease_is_free(work)
  local owner, reserved, lease, since, stage =
    unpack(redis.call('HMGET', key(work), 'owner', 'reserved', 'lease', 'since', 'stage'))
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

-- Give the work to a new chain. Its message must be on the way, or come within the lease.
local function grant(work, token, stage, lease_s)
  redis.call('HSET', key(work), 'token', token, 'stage', stage, 'owner', '', 'since', now, 'lease', now + lease_s)
  redis.call('HDEL', key(work), 'reserved')
end

-- Nobody has the work in hand any more. `lease_s` 0 frees it at once.
local function let_wait(work, lease_s)
  redis.call('HSET', key(work), 'owner', '', 'since', now, 'lease', now + lease_s)
  redis.call('HDEL', key(work), 'charge', 'reserved')
end
