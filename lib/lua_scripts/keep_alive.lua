-- Keeps models from expiring: the one that is in service and the most recently
-- used, and the profiles where they do, as in rspamd 4.
--
-- ARGV: how many of the most recently used, for how many seconds, the key of the
--   one that is in service
-- Answer: how many are there

local keep, seconds, serving = tonumber(ARGV[1]), ARGV[2], ARGV[3]
if redis.call('TTL', PROFILES) >= 0 then redis.call('EXPIRE', PROFILES, seconds) end
local kept, models = 0, 0
for _, member in ipairs(redis.call('ZREVRANGE', PROFILES, 0, -1)) do
  local profile = profile_of(member)
  local key = profile and profile.redis_key
  if key and has_model(key) then
    models = models + 1
    if models <= keep or key == serving then
      kept = kept + redis.call('EXPIRE', key, seconds)
    end
  end
end
return kept
