-- Keeps samples: as vectors where rspamd's scanners store theirs, so that
-- either trains them, or else as named features.
--
-- The oldest of a class make room beyond a limit: retained ones first, then
-- fresh ones, and vectors at last, which have no order in sets.
--
-- ARGV: the limit, the key of the model that the vectors are for, the dialect,
--   then for each sample its class, the digest of its features, the features,
--   and its vector, which is empty if it has none
-- Answer: for each sample 0 (known), 1 (added) or 2 (it was of the other class)

local limit, key = tonumber(ARGV[1]), ARGV[2]
local OTHER = { spam = 'ham', ham = 'spam' }
local AS_LISTS = ARGV[3] == '2'

-- Whether scanners store vectors there now: not while somebody trains them.
local function takes_vectors()
  if key == '' or is_obsolete(key) then return false end
  if redis.call('HEXISTS', key, 'lock') == 1 then return false end
  local newest = newest_profile()
  return newest and newest.redis_key == key
end

local as_vectors = takes_vectors()

local function name_of(class)
  return key .. '_' .. class .. (AS_LISTS and '' or '_set')
end

local function has_vector(name, vector)
  if not AS_LISTS then return redis.call('SISMEMBER', name, vector) == 1 end
  -- Before Redis 6.0.6 there is no other way to find out.
  if not drop_vector(name, vector) then return false end
  redis.call('LPUSH', name, vector)
  return true
end

local function add_vector(name, vector)
  redis.call(AS_LISTS and 'LPUSH' or 'SADD', name, vector)
end

local function shrink(name, count)
  if AS_LISTS then
    redis.call('LTRIM', name, 0, -count - 1)
  else
    redis.call('SPOP', name, count)
  end
end

local function make_room(class)
  local excess = redis.call('ZCARD', FRESH[class])
    + redis.call('ZCARD', RETAINED[class]) - limit
  if as_vectors then
    excess = excess + count_vectors(name_of(class))
  end
  excess = excess - drop_oldest(RETAINED[class], excess)
  excess = excess - drop_oldest(FRESH[class], excess)
  if as_vectors and excess > 0 then shrink(name_of(class), excess) end
end

local outcomes = {}
for i = 4, #ARGV, 4 do
  local class, digest, features, vector = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local known = redis.call('HGET', DIGESTS, digest)
  local is_vector = as_vectors and vector ~= ''
  local outcome = 1
  if known and class_of(known) == class then
    outcome = 0
  elseif is_vector and has_vector(name_of(class), vector) then
    outcome = 0
  else
    if known then
      drop_sample(known)
      outcome = 2
    end
    if is_vector then
      if drop_vector(name_of(OTHER[class]), vector) then outcome = 2 end
      add_vector(name_of(class), vector)
    else
      insert_sample(FRESH[class], digest, features)
    end
    make_room(class)
  end
  outcomes[#outcomes + 1] = outcome
end
return outcomes
