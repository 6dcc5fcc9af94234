-- The group of each open page of a project's runs (runs.lua), in one hash: open:PROJECT.
-- A field stands for 256 neighbouring task ids. Its value holds an entry for each group among them: the group (4 bytes),
-- the length of the places - 1 (1 byte), and the places: up to 31 as a list of bytes, more as a bitmap of 32 bytes. So
-- 100,000 pages of one import take 17 kB instead of 6 MB in a set, and ids far apart no more than in a set.
local PAGES_A_FIELD, BITMAP = 256, 32
local NO_PLACES = string.rep('\0', BITMAP)

local function place_of(page)
  local field = math.floor(tonumber(page) / PAGES_A_FIELD)
  return string.format('%.0f', field), string.char(tonumber(page) - PAGES_A_FIELD * field)
end

-- Returns the byte of a place in a bitmap, and its bit.
local function bit_of(place)
  local number = string.byte(place)
  return math.floor(number / 8) + 1, bit.lshift(1, number % 8)
end

local function has_place(places, place)
  if #places < BITMAP then
    return string.find(places, place, 1, true) ~= nil
  end
  local at, mask = bit_of(place)
  return bit.band(string.byte(places, at), mask) ~= 0
end

local function without_place(places, place)
  if #places < BITMAP then
    local at = string.find(places, place, 1, true)
    return string.sub(places, 1, at - 1) .. string.sub(places, at + 1)
  end
  local at, mask = bit_of(place)
  local byte = string.char(string.byte(places, at) - mask)
  places = string.sub(places, 1, at - 1) .. byte .. string.sub(places, at + 1)
  return places == NO_PLACES and '' or places
end

local function with_place(places, place)
  if #places < BITMAP - 1 then
    return places .. place
  end
  local bits = #places == BITMAP and {string.byte(places, 1, BITMAP)} or {string.byte(NO_PLACES, 1, BITMAP)}
  for listed in string.gmatch(#places < BITMAP and places .. place or place, '.') do
    local at, mask = bit_of(listed)
    bits[at] = bit.bor(bits[at], mask)
  end
  return string.char(unpack(bits))
end

-- Returns the first and last byte of the entry of a group, or else of a place; its group, and its places.
local function entry_of(bytes, group, place)
  local first = 1
  while first <= #bytes do
    local found, more = struct.unpack('>I4B', bytes, first)
    local places, last = string.sub(bytes, first + 5, first + 5 + more), first + 5 + more
    if found == group or place and has_place(places, place) then
      return first, last, found, places
    end
    first = last + 1
  end
end

-- Returns the bytes with new places in the entry from `first` to `last`.
local function replaced(bytes, first, last, group, places)
  local entry = places == '' and '' or struct.pack('>I4B', group, #places - 1) .. places
  return string.sub(bytes, 1, first - 1) .. entry .. string.sub(bytes, last + 1)
end

local function group_of(project, page)
  local field, place = place_of(page)
  local _, _, group = entry_of(redis.call('HGET', key('open', project), field) or '', nil, place)
  return group
end

-- Put an open page into a group, or into none: `group` nil. Returns the group that the page has left, if any.
local function set_group(project, page, group)
  local pages, field, place = key('open', project), place_of(page)
  local bytes = redis.call('HGET', pages, field) or ''
  local first, last, left, places = entry_of(bytes, nil, place)
  if left then
    bytes = replaced(bytes, first, last, left, without_place(places, place))
  end
  if group then
    local from, to, _, others = entry_of(bytes, group)
    bytes = replaced(bytes, from or 1, to or 0, group, with_place(others or '', place))
  end
  if bytes ~= '' then
    redis.call('HSET', pages, field, bytes)
  else
    redis.call('HDEL', pages, field)
  end
  return left
end
