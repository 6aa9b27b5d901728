-- Keeps samples. The oldest of a class make room beyond a limit: retained ones
-- first, then fresh ones.
--
-- ARGV: the series' name, the limit, then for each sample its class, the digest
--   of its features, and the features
-- Answer: for each sample 0 (known), 1 (added) or 2 (it was of the other class)

local series, limit = ARGV[1], tonumber(ARGV[2])
local outcomes = {}
for i = 3, #ARGV, 3 do
  local class, digest, features = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = redis.call('HGET', DIGESTS, digest)
  if known and class_of(known) == class then
    outcomes[#outcomes + 1] = 0
  else
    if known then drop_sample(known) end
    local id = redis.call('HINCRBY', STATE, 'last_id', 1)
    redis.call('HSET', DIGESTS, digest, id)
    redis.call('HSET', SAMPLES, id, digest .. features)
    redis.call('ZADD', FRESH[class], id, id)
    local excess = redis.call('ZCARD', FRESH[class])
      + redis.call('ZCARD', RETAINED[class]) - limit
    excess = excess - drop_oldest(RETAINED[class], excess)
    drop_oldest(FRESH[class], excess)
    outcomes[#outcomes + 1] = known and 2 or 1
  end
end
if #outcomes > 0 then redis.call('SADD', REGISTRY, series) end
return outcomes
