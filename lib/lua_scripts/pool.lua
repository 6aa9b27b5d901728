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
--   11 origins         hash: reference to a sample -> its origin
--   12 messages        hash: message (16 bytes) -> reference to its sample
--   13 guard           in a Redis Cluster only; never there
--
-- A reference is an id, or that of a vector in a set of rspamd's (vector_ref).
-- Both hashes may lack samples of earlier versions, and have some that others
-- have dropped since.

local PROFILES, STATE, DIGESTS, SAMPLES, QUARANTINE, TRAININGS, ORIGINS, MESSAGES
local FRESH, RETAINED

local endings = {}
for n = 2, 12 do endings[n] = string.sub(KEYS[n], #KEYS[1] + 1) end

-- Turns to a series by its first key: the others are those of KEYS with another
-- beginning.
local function turn_to(first)
  local function key(n) return first .. endings[n] end
  PROFILES, STATE, DIGESTS, SAMPLES = first, key(2), key(3), key(4)
  FRESH = { spam = key(5), ham = key(7) }
  RETAINED = { spam = key(6), ham = key(8) }
  QUARANTINE, TRAININGS, ORIGINS, MESSAGES = key(9), key(10), key(11), key(12)
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

-- An origin as it is stored: a source, which is a letter (see
-- lib/store/redis/origins.ts), the unix time in seconds at which the sample was
-- added, or 0, the message, and of a vector the vector.
local function origin_text(origin)
  local message = origin.message == '' and '-' or '+' .. origin.message
  return origin.source .. string.format('%010d', origin.at) .. message
end

local function origin_from(text)
  local last = string.sub(text, 12, 12) == '+' and 28 or 12
  return {
    source = string.sub(text, 1, 1),
    at = tonumber(string.sub(text, 2, 11)),
    message = string.sub(text, 13, last),
    vector = string.sub(text, last + 1),
  }
end

local function origin_of(ref)
  local text = redis.call('HGET', ORIGINS, ref)
  return text and origin_from(text)
end

local function vector_ref(vector)
  return 'v' .. redis.sha1hex(vector)
end

-- Notes where a sample came from.
local function remember(ref, origin, vector)
  redis.call('HSET', ORIGINS, ref, origin_text(origin) .. (vector or ''))
  if origin.message ~= '' then redis.call('HSET', MESSAGES, origin.message, ref) end
end

local function forget(ref)
  local origin = origin_of(ref)
  if not origin then return end
  redis.call('HDEL', ORIGINS, ref)
  if origin.message ~= '' and redis.call('HGET', MESSAGES, origin.message) == ref then
    redis.call('HDEL', MESSAGES, origin.message)
  end
end

-- Puts a sample that is not there, as it is stored, among those of a class and
-- state.
local function insert_sample(sorted_set, value, origin)
  local id = redis.call('HINCRBY', STATE, 'last_id', 1)
  redis.call('HSET', DIGESTS, string.sub(value, 1, DIGEST_BYTES), id)
  redis.call('HSET', SAMPLES, id, value)
  redis.call('ZADD', sorted_set, id, id)
  if origin then remember(tostring(id), origin) end
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
  forget(id)
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

local function is_list(name)
  return redis.call('TYPE', name).ok == 'list'
end

-- Removes a vector from where scanners stored it, and tells whether it was there.
local function drop_vector(name, vector)
  forget(vector_ref(vector))
  -- Scanners may have stored it twice in a list.
  if is_list(name) then return redis.call('LREM', name, 0, vector) > 0 end
  return redis.call('SREM', name, vector) > 0
end

local function has_vector(name, vector)
  if not is_list(name) then return redis.call('SISMEMBER', name, vector) == 1 end
  -- Before Redis 6.0.6 there is no other way to find out.
  if redis.call('LREM', name, 0, vector) == 0 then return false end
  redis.call('LPUSH', name, vector)
  return true
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

-- Whether there is more than what scanners and trainers note.
local function has_model(key)
  for _, name in ipairs(redis.call('HKEYS', key)) do
    if not NOTES[name] then return true end
  end
  return false
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
