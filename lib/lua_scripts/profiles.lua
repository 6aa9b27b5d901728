-- Lists profiles, the most recently used first.
--
-- Answer: for each its JSON, when it was used, whether it has a model, whether
--   rspamd decided on its symbols, and whether it is the one to go by

local newest = newest_profile()
local answer = {}
local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local profile = profile_of(members[i])
  if profile then
    local has = has_model(profile.redis_key) and 1 or 0
    local is_own = redis.call('HEXISTS', STATE, 'own:' .. profile.digest)
    local is_newest = profile.redis_key == newest.redis_key and 1 or 0
    answer[#answer + 1] = { members[i], members[i + 1], has, 1 - is_own, is_newest }
  end
end
return answer
