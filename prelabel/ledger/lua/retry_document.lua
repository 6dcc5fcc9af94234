-- Try again what failed of a document. ARGV: project, document, pages... (none: all). Returns how many pieces that is.
local numbers = {}
for i = 3, #ARGV do
  table.insert(numbers, ARGV[i])
end
return retry_pages(ARGV[1], ARGV[2], #numbers > 0 and numbers or nil)
