-- Runs: their open and failed pages, and the ends of pages.
-- A run keeps one bit for each open and each failed page, counted from its lowest page: 100,000 pages of one import
-- take 13 kB; a set would take 6 MB. Lower pages are not part of the run.
local function bit_of(run, page)
  local first = redis.call('HGET', key('run', run), 'first')
  return first and tonumber(page) >= tonumber(first) and tonumber(page) - tonumber(first)
end

local function run_has(run, part, page)
  local bit = bit_of(run, page)
  return bit and redis.call('GETBIT', key('run', run, part), bit) == 1
end

local function run_adds(run, part, page)
  local pages = key('run', run, part)
  redis.call('SETBIT', pages, bit_of(run, page), 1)
  redis.call('EXPIRE', pages, redis.call('TTL', key('run', run)))
end

local function run_drops(run, part, page)
  local pages = key('run', run, part)
  redis.call('SETBIT', pages, bit_of(run, page), 0)
  if redis.call('BITCOUNT', pages) == 0 then
    redis.call('DEL', pages)
  end
end

-- Returns the pages whose bit is set, as text.
local function run_pages(run, part)
  local first, bits, pages = redis.call('HGET', key('run', run), 'first'), redis.call('GET', key('run', run, part)), {}
  for byte = 1, bits and #bits or 0 do
    local value = string.byte(bits, byte)
    for bit = 0, value > 0 and 7 or -1 do
      if math.floor(value / 2 ^ (7 - bit)) % 2 == 1 then
        table.insert(pages, string.format('%.0f', first + 8 * (byte - 1) + bit))
      end
    end
  end
  return pages
end

-- Returns the project's runs; those that are no longer kept are removed.
local function runs_of(project)
  local kept = {}
  for _, run in ipairs(redis.call('SMEMBERS', key('runs', project))) do
    if redis.call('EXISTS', key('run', run)) == 1 then
      table.insert(kept, run)
    else
      redis.call('SREM', key('runs', project), run)
    end
  end
  return kept
end

-- Move a page within every run that holds it: open -> failed, failed -> open, or open -> a count.
local function tell_runs(project, page, from, to)
  for _, run in ipairs(runs_of(project)) do
    if run_has(run, from, page) then
      run_drops(run, from, page)
      if to == 'open' or to == 'failed' then
        run_adds(run, to, page)
      else
        redis.call('HINCRBY', key('run', run), to, 1)
      end
    end
  end
end
