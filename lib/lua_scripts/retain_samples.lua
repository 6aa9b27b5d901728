-- Retains samples that took part in a training, the newest of each class.
--
-- ARGV: how many of a class to retain, then for each sample its class, the
--   digest of its features, and the features
-- Answer: how many were not there

local retain = tonumber(ARGV[1])
local added = 0
for i = 2, #ARGV, 3 do
  local class, digest, features = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if not redis.call('HGET', DIGESTS, digest) then
    insert_sample(RETAINED[class], digest, features)
    added = added + 1
  end
end
for _, ids in pairs(RETAINED) do
  drop_oldest(ids, redis.call('ZCARD', ids) - retain)
end
return added
