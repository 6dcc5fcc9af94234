-- Exact versions of the predictions that Label Studio holds (prelabel/ledger/versions.py).
--   versions:PROJECT  a field for 32 neighbouring task ids: 4 bytes a page, the code of its version; zeros: not known
--   version_codes     code → version. A code comes from the version alone, so that two ledgers can be united
local VERSIONS_A_FIELD, CODE_BYTES = 32, 4

local function code_of(version)
  if version == '' then
    return string.rep('\0', CODE_BYTES)
  end
  local code = struct.pack('>I4', tonumber(string.sub(redis.sha1hex(version), 1, 2 * CODE_BYTES), 16))
  redis.call('HSETNX', key('version_codes'), code, version)
  return code
end

-- Note the version of a page's prediction; '' forgets it.
local function note_version(project, page, version)
  local versions, number = key('versions', project), tonumber(page)
  local field = string.format('%.0f', math.floor(number / VERSIONS_A_FIELD))
  local at = CODE_BYTES * (number % VERSIONS_A_FIELD)
  local codes = redis.call('HGET', versions, field) or ''
  codes = codes .. string.rep('\0', at - #codes)
  redis.call('HSET', versions, field, string.sub(codes, 1, at) .. code_of(version) .. string.sub(codes, at + CODE_BYTES + 1))
end
