-- Read a portion of a run of release 0.1, which kept one bit for each open and each failed page from its lowest page on.
-- ARGV: run, project, part, offset
-- `part`: open or failed. `offset`: byte of the bitmap to begin with. Returns the next offset; -1: the part is read.
local CHUNK, MOST = 65536, 2000 -- bytes of one portion, pages of one portion
local run, project, part, offset = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local bits, first = key('run', run, part), tonumber(redis.call('HGET', key('run', run), 'first') or 0)
local bytes, taken = redis.call('GETRANGE', bits, offset, offset + CHUNK - 1), 0

-- A failed page that was retried since then is open.
local function adopt_failed(page)
  local row = redis.call('HGET', key('failed', project), page)
  if not row then
    return open_for_runs(project, page, run)
  end
  local entry = cjson.decode(row)
  local group = heir_of(project, entry.group, run)
  if group ~= entry.group then
    if entry.group then
      redis.call('HINCRBY', key('group', project, entry.group), 'listed', -1)
      settle_group(project, entry.group)
    end
    entry.group = group
    redis.call('HINCRBY', key('group', project, group), 'listed', 1)
    redis.call('HINCRBY', key('run', run), 'failed', 1)
    redis.call('HSET', key('failed', project), page, cjson.encode(entry))
  end
end

local at = string.find(bytes, '[^%z]')
while at and taken < MOST do
  for bit_number = 0, 7 do
    if bit.band(string.byte(bytes, at), bit.rshift(128, bit_number)) ~= 0 then
      local page = string.format('%.0f', first + 8 * (offset + at - 1) + bit_number)
      if part == 'open' and redis.call('HEXISTS', key('run', run), 'cancelled') == 1 then
        redis.call('HINCRBY', key('run', run), 'cancelled', 1)
      elseif part == 'open' then
        open_for_runs(project, page, run)
      else
        adopt_failed(page)
      end
      taken = taken + 1
    end
  end
  at = string.find(bytes, '[^%z]', at + 1)
end
if #bytes > 0 then
  return offset + (at and at - 1 or #bytes)
end
redis.call('UNLINK', bits)
redis.call('DEL', key('heirs', project))
if part == 'failed' then
  redis.call('HDEL', key('run', run), 'first')
  redis.call('PERSIST', key('run', run))
  end_run_if_over(project, run)
end
return -1
