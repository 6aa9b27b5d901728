-- Functions for scripts that add samples: as vectors where rspamd's scanners
-- store theirs, so that either trains them, or else as named features.
--
-- The oldest of a class make room beyond a limit: retained ones first, then
-- fresh ones, and vectors at last, which have no order in sets.
--
-- ARGV: the limit, the key of the model that vectors are for, the dialect

local limit, key = tonumber(ARGV[1]), ARGV[2]
local OTHER = { spam = 'ham', ham = 'spam' }
local AS_LISTS = ARGV[3] == '2'
-- Sources by which people said what a message is.
local TAUGHT = { h = true, f = true, v = true }
local KNOWN, ADDED, MOVED, OVERRULED = 0, 1, 2, 3

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

local function add_vector(name, as_list, vector, origin)
  local ref = vector_ref(vector)
  redis.call(as_list and 'LPUSH' or 'SADD', name, vector)
  -- Of an equal one that rspamd has trained.
  forget(ref)
  remember(ref, origin, vector)
end

local function shrink(name, count)
  local gone
  if AS_LISTS then
    gone = redis.call('LRANGE', name, -count, -1)
    redis.call('LTRIM', name, 0, -count - 1)
  else
    gone = redis.call('SPOP', name, count)
  end
  for _, vector in ipairs(gone) do forget(vector_ref(vector)) end
end

-- How many samples of a class there are that are no vectors; counted on as long
-- as none of them is dropped.
local counted = {}
local function count_own(class)
  counted[class] = counted[class]
    or redis.call('ZCARD', FRESH[class]) + redis.call('ZCARD', RETAINED[class])
  return counted[class]
end

local function insert_fresh(class, value, origin)
  insert_sample(FRESH[class], value, origin)
  counted[class] = counted[class] and counted[class] + 1
end

local function drop_own(id)
  drop_sample(id)
  counted = {}
end

local function make_room(class)
  local excess = count_own(class) - limit
  if as_vectors then
    excess = excess + count_vectors(name_of(class))
  end
  if excess <= 0 then return end
  counted = {}
  excess = excess - drop_oldest(RETAINED[class], excess)
  excess = excess - drop_oldest(FRESH[class], excess)
  if as_vectors and excess > 0 then shrink(name_of(class), excess) end
end

local model_keys

-- Where a vector is: the key of its model, its class, and whether in a list.
local function place_of(vector)
  model_keys = model_keys or keys_with_vectors()
  for _, model in ipairs(model_keys) do
    for class, names in pairs(vectors_of(model)) do
      for n, name in ipairs(names) do
        if has_vector(name, vector) then
          return { key = model, class = class, name = name, as_list = n == 2 }
        end
      end
    end
  end
end

-- The sample of a message, if it is there: a reference, and its class.
local function sample_of(message)
  local ref = message ~= '' and redis.call('HGET', MESSAGES, message)
  if not ref then return end
  local origin = origin_of(ref)
  if string.sub(ref, 1, 1) ~= 'v' then
    if redis.call('HEXISTS', SAMPLES, ref) == 1 then
      return { ref = ref, class = class_of(ref), origin = origin }
    end
  elseif origin then
    local place = place_of(origin.vector)
    if place then
      return { ref = ref, class = place.class, origin = origin, place = place }
    end
  end
  -- Somebody dropped it who does not know of messages.
  forget(ref)
  redis.call('HDEL', MESSAGES, message)
end

-- Notes that a sample was there already when another one came.
local function confirm(ref, origin, vector)
  local before = origin_of(ref) or { source = vector and 'r' or 'u', at = 0, message = '' }
  local is_theirs = TAUGHT[origin.source] and not TAUGHT[before.source]
  local is_named = before.message == '' and origin.message ~= ''
  if not is_theirs and not is_named then return end
  if is_theirs then before.source = origin.source end
  if is_named then before.message = origin.message end
  remember(ref, before, vector)
end

local function is_overruled(before, origin)
  return before and TAUGHT[before.source] and not TAUGHT[origin.source]
end

-- Moves the sample of a message to the other class, with its own features.
--
-- Answers whether it could: what is being trained stays what it was, and the
-- other features take its place.
local function move(sample, class, origin)
  local place = sample.place
  if not place then
    local value = redis.call('HGET', SAMPLES, sample.ref)
    drop_own(sample.ref)
    insert_fresh(class, value, origin)
    return true
  end
  local vector = sample.origin.vector
  drop_vector(place.name, vector)
  if redis.call('HEXISTS', place.key, 'lock') == 1 then return false end
  local names = vectors_of(place.key)[class]
  add_vector(names[place.as_list and 2 or 1], place.as_list, vector, origin)
  return true
end

-- Adds a sample by its features, where it is not known by its message.
local function add_features(class, value, vector, origin)
  local known = redis.call('HGET', DIGESTS, string.sub(value, 1, DIGEST_BYTES))
  if known and class_of(known) == class then
    confirm(known, origin)
    return KNOWN
  end
  local is_vector = as_vectors and vector ~= ''
  local outcome = ADDED
  if is_vector then
    local ref = vector_ref(vector)
    if has_vector(name_of(class), vector) then
      confirm(ref, origin, vector)
      return KNOWN
    end
    if has_vector(name_of(OTHER[class]), vector) then
      local before = origin_of(ref)
      if is_overruled(before, origin) then return OVERRULED end
      if before and before.message ~= '' then origin.message = before.message end
      drop_vector(name_of(OTHER[class]), vector)
      outcome = MOVED
    end
  end
  if known then
    local before = origin_of(known)
    if is_overruled(before, origin) then return OVERRULED end
    if before and before.message ~= '' then origin.message = before.message end
    drop_own(known)
    outcome = MOVED
  end
  if is_vector then
    add_vector(name_of(class), AS_LISTS, vector, origin)
  else
    insert_fresh(class, value, origin)
  end
  make_room(class)
  return outcome
end

-- Adds a sample, and tells what became of it.
local function add(class, value, vector, origin)
  local sample = sample_of(origin.message)
  if not sample then return add_features(class, value, vector, origin) end
  if sample.class == class then
    confirm(sample.ref, origin, sample.origin and sample.origin.vector)
    return KNOWN
  end
  if is_overruled(sample.origin, origin) then return OVERRULED end
  if move(sample, class, origin) then
    make_room(class)
  else
    add_features(class, value, vector, origin)
  end
  return MOVED
end
