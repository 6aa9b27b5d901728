-- Tells what rspamd has left in a series: the most recently used profile of
-- those that are not neurald's own decides.
--
-- Answer: 0 (nothing), 1 (a profile, and no more), 2 (what is kept as up to
--   rspamd 3.1: lists of vectors, models without thresholds) or 3 (as later:
--   sets of vectors, models with thresholds)

local answer = 0
for _, member in ipairs(redis.call('ZREVRANGE', PROFILES, 0, -1)) do
  local profile = profile_of(member)
  if profile and redis.call('HEXISTS', STATE, 'own:' .. profile.digest) == 0 then
    answer = 1
    local key = profile.redis_key
    if redis.call('EXISTS', key .. '_spam', key .. '_ham') > 0 then return 2 end
    if redis.call('EXISTS', key .. '_spam_set', key .. '_ham_set') > 0 then return 3 end
    if redis.call('HEXISTS', key, 'ann') == 1 then
      return 2 + redis.call('HEXISTS', key, 'roc_thresholds')
    end
  end
end
return answer
