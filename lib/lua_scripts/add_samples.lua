-- Keeps samples: as vectors where rspamd's scanners store theirs, so that
-- either trains them, or else as named features.
--
-- The oldest of a class make room beyond a limit: retained ones first, then
-- fresh ones, and vectors at last, which have no order.
--
-- ARGV: the limit, the key of the model that the vectors are for, then for each
--   sample its class, the digest of its features, the features, and its vector,
--   which is empty if it has none
-- Answer: for each sample 0 (known), 1 (added) or 2 (it was of the other class)

local limit, key = tonumber(ARGV[1]), ARGV[2]
local OTHER = { spam = 'ham', ham = 'spam' }

-- Whether scanners store vectors there now: not while somebody trains them.
local function takes_vectors()
  if key == '' or is_obsolete(key) then return false end
  if redis.call('HEXISTS', key, 'lock') == 1 then return false end
  local newest = newest_profile()
  return newest and newest.redis_key == key
end

local as_vectors = takes_vectors()

local function make_room(class)
  local excess = redis.call('ZCARD', FRESH[class])
    + redis.call('ZCARD', RETAINED[class]) - limit
  if as_vectors then
    excess = excess + redis.call('SCARD', key .. '_' .. class .. '_set')
  end
  excess = excess - drop_oldest(RETAINED[class], excess)
  excess = excess - drop_oldest(FRESH[class], excess)
  if excess > 0 then redis.call('SPOP', key .. '_' .. class .. '_set', excess) end
end

local outcomes = {}
for i = 3, #ARGV, 4 do
  local class, digest, features, vector = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local known = redis.call('HGET', DIGESTS, digest)
  local is_vector = as_vectors and vector ~= ''
  local outcome = 1
  if known and class_of(known) == class then
    outcome = 0
  elseif is_vector and redis.call('SISMEMBER', key .. '_' .. class .. '_set', vector) == 1 then
    outcome = 0
  else
    if known then
      drop_sample(known)
      outcome = 2
    end
    if is_vector then
      if redis.call('SREM', key .. '_' .. OTHER[class] .. '_set', vector) == 1 then
        outcome = 2
      end
      redis.call('SADD', key .. '_' .. class .. '_set', vector)
    else
      insert_sample(FRESH[class], digest, features)
    end
    make_room(class)
  end
  outcomes[#outcomes + 1] = outcome
end
return outcomes
