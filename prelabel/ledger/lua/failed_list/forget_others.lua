-- Forget what is noted about failed and dropped pages whose task id is now that of another page.
-- ARGV: project, then pairs of page, image. Returns the number of these pages.
local others = 0
for i = 2, #ARGV, 2 do
  others = others + (forget_another_page(ARGV[1], ARGV[i], ARGV[i + 1]) and 1 or 0)
end
return others
