-- Retains samples that took part in a training, the newest of each class.
--
-- ARGV: the series' name, how many of a class to retain, then for each sample
--   its class, the digest of its features, and the features
-- Answer: how many were not there

local series, retain = ARGV[1], tonumber(ARGV[2])
local added = 0
for i = 3, #ARGV, 3 do
  local class, digest, features = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if not redis.call('HGET', DIGESTS, digest) then
    insert_sample(RETAINED[class], digest, features)
    added = added + 1
  end
end
for _, ids in pairs(RETAINED) do
  drop_oldest(ids, redis.call('ZCARD', ids) - retain)
end
if added > 0 then redis.call('SADD', REGISTRY, series) end
return added
