-- Try failed parts of a document again. ARGV: project, document, then pages
-- Without pages: all failed parts. Returns the number of document jobs.
local numbers = {}
for i = 3, #ARGV do
  table.insert(numbers, ARGV[i])
end
return retry_pages(ARGV[1], ARGV[2], #numbers > 0 and numbers or nil)
