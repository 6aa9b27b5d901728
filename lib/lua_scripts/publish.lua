-- Publishes a model, settles the pool, records the training and releases the
-- lock, all or nothing.
--
-- ARGV: who asks, the model's key, its profile in JSON, the digest of the
--   profile, the training's record, the newest id that took part and how many
--   samples of a class to retain (empty where none did), for how many seconds the model is kept when
--   nobody uses it, the dialect, then names and values of the model's
--   fields in turn
-- Answer: 1, or 0 if it is not the holder

local OBSOLETE_SECONDS = 600
local holder, key, profile = ARGV[1], ARGV[2], ARGV[3]
local digest, record, expire = ARGV[4], ARGV[5], ARGV[8]
local before = redis.call('HGET', STATE, 'locked_key')
if not release(holder) then return 0 end
local is_known = false
for _, member in ipairs(redis.call('ZRANGE', PROFILES, 0, -1)) do
  local earlier = profile_of(member)
  if earlier then
    is_known = is_known or earlier.digest == digest
    if earlier.redis_key == key then redis.call('ZREM', PROFILES, member) end
  end
end
-- The symbols were not found in Redis: they are those that neurald has seen.
if not is_known then redis.call('HSET', STATE, 'own:' .. digest, 1) end
redis.call('DEL', key)
for _, names in pairs(vectors_of(key)) do redis.call('DEL', unpack(names)) end
for i = 10, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', PROFILES, time_text(now()), profile)
redis.call('EXPIRE', key, expire)
local is_rspamd_4 = ARGV[9] == '4'
if is_rspamd_4 then redis.call('EXPIRE', PROFILES, expire) end
-- Its scanners look for the new model when they find this. The old one stays for
-- longer than in rspamd: it may be rolled back to.
if is_rspamd_4 and before and before ~= key then
  redis.call('HSET', before, 'obsolete', '1')
  redis.call('EXPIRE', before .. '_spam_set', OBSOLETE_SECONDS)
  redis.call('EXPIRE', before .. '_ham_set', OBSOLETE_SECONDS)
end
if ARGV[6] ~= '' then settle(ARGV[6], tonumber(ARGV[7])) end
record_training(record)
return 1
