-- Functions that other scripts begin with: a series' pool of samples.
--
-- KEYS of every script (see lib/store/redis/keys.ts):
--   1  profiles        sorted set: a profile's JSON, by the time of its last use
--   2  state           hash: the last id, and the training lock
--   3  digests         hash: digest of a sample's features -> id
--   4  samples         hash: id -> digest (16 bytes), features
--   5  spam_fresh      sorted set of ids, by id; the same for the next three
--   6  spam_retained
--   7  ham_fresh
--   8  ham_retained
--   9  quarantine      list of JSON, the newest first
--   10 trainings       list of records, the newest first
--   11 guard           in a Redis Cluster only; never there

local PROFILES, STATE, DIGESTS, SAMPLES, QUARANTINE, TRAININGS
local FRESH, RETAINED

local endings = {}
for n = 2, 10 do endings[n] = string.sub(KEYS[n], #KEYS[1] + 1) end

-- Turns to a series by its first key: the others are those of KEYS with another
-- beginning.
local function turn_to(first)
  local function key(n) return first .. endings[n] end
  PROFILES, STATE, DIGESTS, SAMPLES = first, key(2), key(3), key(4)
  FRESH = { spam = key(5), ham = key(7) }
  RETAINED = { spam = key(6), ham = key(8) }
  QUARANTINE, TRAININGS = key(9), key(10)
end
turn_to(KEYS[1])

local DIGEST_BYTES = 16
local MOST_TRAININGS = 100
local MOST_QUARANTINED = 1000
-- What scanners and trainers note beside the fields of a model.
local NOTES = { lock = true, hostname = true, obsolete = true }

-- Unix time in seconds, by the clock of Redis: the hosts' may differ.
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1e6
end

local function time_text(time)
  return string.format('%.6f', time)
end

-- Puts a sample that is not there among those of a class and state.
local function insert_sample(sorted_set, digest, features)
  local id = redis.call('HINCRBY', STATE, 'last_id', 1)
  redis.call('HSET', DIGESTS, digest, id)
  redis.call('HSET', SAMPLES, id, digest .. features)
  redis.call('ZADD', sorted_set, id, id)
end

-- The class of a sample that is there.
local function class_of(id)
  if redis.call('ZSCORE', FRESH.spam, id) or redis.call('ZSCORE', RETAINED.spam, id) then
    return 'spam'
  end
  return 'ham'
end

local function drop_sample(id)
  local value = redis.call('HGET', SAMPLES, id)
  if not value then return end
  redis.call('HDEL', DIGESTS, string.sub(value, 1, DIGEST_BYTES))
  redis.call('HDEL', SAMPLES, id)
  for _, class in ipairs({ 'spam', 'ham' }) do
    redis.call('ZREM', FRESH[class], id)
    redis.call('ZREM', RETAINED[class], id)
  end
end

-- Sets bytes aside that nobody can read: three lines, and then the bytes.
local function set_aside(class, reason, bytes)
  redis.call('LPUSH', QUARANTINE, table.concat({ time_text(now()), class, reason, bytes }, '\n'))
  redis.call('LTRIM', QUARANTINE, 0, MOST_QUARANTINED - 1)
end

-- Removes a vector from where scanners stored it, and tells whether it was there.
local function drop_vector(name, vector)
  if redis.call('TYPE', name).ok == 'list' then
    -- Scanners may have stored it twice.
    return redis.call('LREM', name, 0, vector) > 0
  end
  return redis.call('SREM', name, vector) > 0
end

local function drop_oldest(sorted_set, count)
  if count <= 0 then return 0 end
  local ids = redis.call('ZRANGE', sorted_set, 0, count - 1)
  for _, id in ipairs(ids) do drop_sample(id) end
  return #ids
end

-- Retains the newest samples up to an id, and drops the older ones.
local function settle(up_to, retain)
  for _, class in ipairs({ 'spam', 'ham' }) do
    local ids = redis.call('ZRANGEBYSCORE', FRESH[class], '-inf', up_to)
    for _, id in ipairs(ids) do
      redis.call('ZREM', FRESH[class], id)
      redis.call('ZADD', RETAINED[class], id, id)
    end
    drop_oldest(RETAINED[class], redis.call('ZCARD', RETAINED[class]) - retain)
  end
end

-- Releases the training lock, if the holder has it: neurald's, and rspamd's on
-- the model that it is about.
local function release(holder)
  if redis.call('HGET', STATE, 'holder') ~= holder then return false end
  local key = redis.call('HGET', STATE, 'locked_key')
  redis.call('HDEL', STATE, 'holder', 'lock', 'locked_key')
  -- Whose it was stays, as rspamd leaves it.
  if key and redis.call('HGET', key, 'hostname') == holder then
    redis.call('HDEL', key, 'lock')
  end
  return true
end

local function record_training(record)
  redis.call('LPUSH', TRAININGS, time_text(now()) .. ' ' .. record)
  redis.call('LTRIM', TRAININGS, 0, MOST_TRAININGS - 1)
end

-- A profile, if that is what a member of the sorted set is (as in
-- lib/store/profile_record.ts).
local function profile_of(member)
  local ok, profile = pcall(cjson.decode, member)
  if ok and type(profile) == 'table' and type(profile.redis_key) == 'string'
    and type(profile.digest) == 'string' and type(profile.version) == 'number'
    and type(profile.symbols) == 'table' then
    return profile
  end
end

-- The member of the profiles that has a key of a model.
local function member_of(key)
  for _, member in ipairs(redis.call('ZRANGE', PROFILES, 0, -1)) do
    local profile = profile_of(member)
    if profile and profile.redis_key == key then return member end
  end
end

-- The profile to go by: the latest model of the symbols that were used last.
-- Whoever loads a model notes its use, maybe after the next one was published.
local function newest_profile()
  local newest
  for _, member in ipairs(redis.call('ZREVRANGE', PROFILES, 0, -1)) do
    local profile = profile_of(member)
    if profile and (not newest or profile.digest == newest.digest
      and profile.version > newest.version) then
      newest = profile
    end
  end
  return newest
end

-- Where scanners store vectors for a model: sets, or lists up to rspamd 3.1.
local function vectors_of(key)
  return {
    spam = { key .. '_spam_set', key .. '_spam' },
    ham = { key .. '_ham_set', key .. '_ham' },
  }
end

local function count_vectors(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'set' then return redis.call('SCARD', key) end
  if kind == 'list' then return redis.call('LLEN', key) end
  return 0
end

local function is_obsolete(key)
  return redis.call('HEXISTS', key, 'obsolete') == 1
end

-- Models whose vectors nobody has learned yet, each once, the newest first, and
-- what people taught rspamd 4.x by hand. Where there is a later version of a
-- model, it was trained by what is there (rspamd 3.x leaves that to lie).
local function keys_with_vectors()
  local keys, seen, latest = {}, {}, {}
  local function note(key)
    if not seen[key] then
      seen[key] = true
      keys[#keys + 1] = key
    end
  end
  local profiles = {}
  for _, member in ipairs(redis.call('ZREVRANGE', PROFILES, 0, -1)) do
    local profile = profile_of(member)
    if profile then
      local digest, version = profile.digest, profile.version
      profiles[#profiles + 1] = profile
      latest[digest] = math.max(latest[digest] or version, version)
    end
  end
  for _, profile in ipairs(profiles) do
    if profile.version == latest[profile.digest] then
      if not is_obsolete(profile.redis_key) then note(profile.redis_key) end
      -- P_R_S_D_V: what is taught by hand outlives digests and versions.
      local base = string.match(profile.redis_key, '^(.*)_%w+_%d+$')
      if base then note(base .. '_pending') end
    end
  end
  return keys
end

-- How many vectors of a class scanners have stored for some models.
local function stored_vectors(class, keys)
  local count = 0
  for _, key in ipairs(keys) do
    for _, vectors in ipairs(vectors_of(key)[class]) do
      count = count + count_vectors(vectors)
    end
  end
  return count
end

-- How full the pool is, without what scanners have stored: fresh spam, fresh
-- ham, retained spam, retained ham, quarantined.
local function own_counts()
  return {
    redis.call('ZCARD', FRESH.spam),
    redis.call('ZCARD', FRESH.ham),
    redis.call('ZCARD', RETAINED.spam),
    redis.call('ZCARD', RETAINED.ham),
    redis.call('LLEN', QUARANTINE),
  }
end
