-- The pool has ended the process that worked on this page, because it hung: a crash, of which more is known.
-- ARGV: project, page, token, max_crashes, entry (JSON without time and image)
local record = key('page', ARGV[1], ARGV[2])
if redis.call('HGET', record, 'token') ~= ARGV[3] then
  return 0
end
if not charge_crash(ARGV[1], ARGV[2], record, tonumber(ARGV[4]), cjson.decode(ARGV[5])) then
  redis.call('HSET', record, 'owner', '', 'since', now, 'lease', 0)
end
return 1
