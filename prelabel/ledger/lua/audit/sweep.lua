-- Compare the records of single pages with each other. ARGV: project, repair, then pages
-- `repair`: 1 corrects the differences.
-- Returns {pages in a state without a record, words without a record, records that are not in exactly one state}
local project, repair = ARGV[1], ARGV[2] == '1'
local strays, words, uncounted = 0, 0, 0
for i = 3, #ARGV do
  local page = ARGV[i]
  local record, states = key('page', project, page), 0
  local known = redis.call('EXISTS', record) == 1
  for _, state in ipairs(STATES) do
    states = states + redis.call('SISMEMBER', key('state', project, state), page)
  end
  if known and states ~= 1 then
    uncounted = uncounted + 1
    if repair then
      local stage = redis.call('HGET', record, 'stage')
      set_state(project, page, stage == 'ocr' and 'queued' or stage)
    end
  elseif not known then
    strays = strays + math.min(states, 1)
    words = words + redis.call('EXISTS', key('words', project, page))
    if repair then
      forget(project, page)
    end
  end
end
return {strays, words, uncounted}
