-- Sets vectors aside that scanners stored and nobody can read.
--
-- ARGV: the key that they are in, their class, then vectors and reasons in turn
-- Answer: how many there were

local name, class = ARGV[1], ARGV[2]
local count = 0
for i = 3, #ARGV, 2 do
  local vector, reason = ARGV[i], ARGV[i + 1]
  if drop_vector(name, vector) then
    set_aside(class, reason, vector)
    count = count + 1
  end
end
return count
