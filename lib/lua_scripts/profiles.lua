-- Lists profiles, the most recently used first.
--
-- Answer: for each its JSON, when it was used, how many fields its model has
--   beside what scanners and trainers note there, whether rspamd decided on its
--   symbols, and whether it is the one to go by

local newest = newest_profile()
local answer = {}
local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local profile = profile_of(members[i])
  if profile then
    local fields = 0
    for _, name in ipairs(redis.call('HKEYS', profile.redis_key)) do
      if not NOTES[name] then fields = fields + 1 end
    end
    local is_own = redis.call('HEXISTS', STATE, 'own:' .. profile.digest)
    local is_newest = profile.redis_key == newest.redis_key and 1 or 0
    answer[#answer + 1] = { members[i], members[i + 1], fields, 1 - is_own, is_newest }
  end
end
return answer
