-- Note the exact versions of pages' predictions. ARGV: project, then pairs of page, version ('': not known)
for i = 2, #ARGV, 2 do
  note_version(ARGV[1], ARGV[i], ARGV[i + 1])
end
return 1
