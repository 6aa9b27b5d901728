-- Drops vectors that scanners stored, once they are kept elsewhere.
--
-- ARGV: the key that they are in, then the vectors
-- Answer: how many there were

local name = ARGV[1]
local count = 0
for i = 2, #ARGV do
  if drop_vector(name, ARGV[i]) then count = count + 1 end
end
return count
