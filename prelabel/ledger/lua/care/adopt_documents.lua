-- Take in documents that an earlier release has added: it kept no list of those on their way. ARGV: project, then documents
local project = ARGV[1]
for i = 2, #ARGV do
  local state = redis.call('HGET', key('document', project, ARGV[i]), 'state')
  if state == 'waiting' or state == 'opened' then
    on_its_way(project, ARGV[i])
  elseif state then
    note_project(project, ARGV[i])
  end
end
needs_care(project)
return 1
