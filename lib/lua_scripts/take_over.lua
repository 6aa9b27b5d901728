-- Takes over what neurald keeps in another series, which is the same one under
-- the name that it has beside another rspamd, and the profiles there. Their
-- models stay where they are.
--
-- KEYS: those of the series, those of the other one, and the set of the names of
--   all series
-- ARGV: the series' name, the other's, how many samples to take at most
-- Answer: 1, or 0 if some are left

local series, other, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local OTHER = {}
for i = 1, 12 do OTHER[i] = KEYS[12 + i] end
local REGISTRY = KEYS[25]

local function is_new(value, origin)
  local digest = string.sub(value, 1, DIGEST_BYTES)
  return redis.call('HEXISTS', DIGESTS, digest) == 0
    and not (origin and redis.call('HEXISTS', MESSAGES, origin.message) == 1)
end

-- The oldest of a class and state first.
local function take_samples(from, to)
  local ids = most > 0 and redis.call('ZRANGE', from, 0, most - 1) or {}
  for _, id in ipairs(ids) do
    local value = redis.call('HGET', OTHER[4], id)
    if value then
      local text = redis.call('HGET', OTHER[11], id)
      local origin = text and origin_from(text)
      if is_new(value, origin) then insert_sample(to, value, origin) end
      redis.call('HDEL', OTHER[4], id)
      redis.call('HDEL', OTHER[3], string.sub(value, 1, DIGEST_BYTES))
      redis.call('HDEL', OTHER[11], id)
      if origin then redis.call('HDEL', OTHER[12], origin.message) end
    end
    redis.call('ZREM', from, id)
  end
  most = most - #ids
end

-- It goes on with what is older.
local function take_list(from, to, limit)
  for _, entry in ipairs(redis.call('LRANGE', from, 0, -1)) do
    redis.call('RPUSH', to, entry)
  end
  redis.call('LTRIM', to, 0, limit - 1)
  redis.call('DEL', from)
end

-- Origins of vectors, which stay where they are.
local function take_origins()
  local all = redis.call('HGETALL', OTHER[11])
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 1) == 'v' and redis.call('HSETNX', ORIGINS, all[i], all[i + 1]) == 1 then
      local message = origin_from(all[i + 1]).message
      if message ~= '' then redis.call('HSETNX', MESSAGES, message, all[i]) end
    end
  end
  redis.call('DEL', OTHER[11], OTHER[12])
end

-- They come after those that are there: rspamd's, which are to be gone by.
-- Rspamd's own stay where they are, too.
local function take_profiles()
  local last = redis.call('ZRANGE', PROFILES, 0, 0, 'WITHSCORES')[2]
  local members = redis.call('ZREVRANGE', OTHER[1], 0, -1, 'WITHSCORES')
  for i = 1, #members, 2 do
    local member, used_at = members[i], tonumber(members[i + 1])
    local profile = profile_of(member)
    if profile then
      if not member_of(profile.redis_key) then
        if last then
          last = math.min(used_at, last - 1)
          used_at = last
        end
        redis.call('ZADD', PROFILES, time_text(used_at), member)
      end
      local mark = 'own:' .. profile.digest
      if redis.call('HEXISTS', OTHER[2], mark) == 1 then
        redis.call('HSET', STATE, mark, 1)
        redis.call('ZREM', OTHER[1], member)
      end
    end
  end
end

-- Retained ones are older.
take_samples(OTHER[6], RETAINED.spam)
take_samples(OTHER[8], RETAINED.ham)
take_samples(OTHER[5], FRESH.spam)
take_samples(OTHER[7], FRESH.ham)
redis.call('SADD', REGISTRY, series)
if most <= 0 then return 0 end
-- What comes from now on is newer than all that models there know of.
local last_id = tonumber(redis.call('HGET', OTHER[2], 'last_id') or 0)
if last_id > tonumber(redis.call('HGET', STATE, 'last_id') or 0) then
  redis.call('HSET', STATE, 'last_id', string.format('%d', last_id))
end
take_list(OTHER[9], QUARANTINE, MOST_QUARANTINED)
take_list(OTHER[10], TRAININGS, MOST_TRAININGS)
take_profiles()
take_origins()
-- Somebody may train there, who did not notice yet.
if redis.call('HEXISTS', OTHER[2], 'holder') == 0 then redis.call('DEL', OTHER[2]) end
redis.call('SREM', REGISTRY, other)
return 1
