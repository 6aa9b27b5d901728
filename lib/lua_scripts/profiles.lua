-- Lists profiles, the most recently used first.
--
-- Answer: for each its JSON, when it was used, and how many fields its model
--   has beside what scanners and trainers note there

local NOTES = { lock = true, hostname = true, obsolete = true }
local answer = {}
local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local ok, profile = pcall(cjson.decode, members[i])
  local fields = 0
  if ok and type(profile) == 'table' and type(profile.redis_key) == 'string' then
    for _, name in ipairs(redis.call('HKEYS', profile.redis_key)) do
      if not NOTES[name] then fields = fields + 1 end
    end
  end
  answer[#answer + 1] = { members[i], members[i + 1], fields }
end
return answer
