-- Retains vectors that took part in a training, as samples, with their origins.
--
-- ARGV: how many of a class to retain, the class, then for each vector, the
--   newest last, the key that it is in, the vector, and the digest of its
--   features with the features
-- Answer: how many were not there

local retain, class = tonumber(ARGV[1]), ARGV[2]
local added = 0
for i = 3, #ARGV, 3 do
  local name, vector, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local is_known = redis.call('HEXISTS', DIGESTS, string.sub(value, 1, DIGEST_BYTES)) == 1
  -- It may have moved to the other class since.
  if not is_known and has_vector(name, vector) then
    local origin = origin_of(vector_ref(vector)) or { source = 'r', at = 0, message = '' }
    insert_sample(RETAINED[class], value, origin)
    added = added + 1
  end
end
drop_oldest(RETAINED[class], redis.call('ZCARD', RETAINED[class]) - retain)
return added
