-- Takes in vectors of a profile that is not the newest any more, with their
-- origins (see adding.lua).
--
-- ARGV: as there, then for each vector the key that it is in, the vector, its
--   class, the digest of its features with the features, and its vector by the
--   newest profile, which is empty if it has none
-- Answer: how many were there

local count = 0
for i = 4, #ARGV, 5 do
  local name, vector = ARGV[i], ARGV[i + 1]
  local origin = origin_of(vector_ref(vector)) or { source = 'r', at = 0, message = '' }
  if drop_vector(name, vector) then
    add(ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], origin)
    count = count + 1
  end
end
return count
