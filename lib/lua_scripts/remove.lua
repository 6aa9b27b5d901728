-- Drops a profile with its model, and what scanners stored for it.
--
-- ARGV: the model's key
-- Answer: 1, or 0 if there is no such profile

local member = member_of(ARGV[1])
if not member then return 0 end
redis.call('ZREM', PROFILES, member)
redis.call('DEL', ARGV[1])
for _, names in pairs(vectors_of(ARGV[1])) do redis.call('DEL', unpack(names)) end
local digest = profile_of(member).digest
for _, other in ipairs(redis.call('ZRANGE', PROFILES, 0, -1)) do
  local profile = profile_of(other)
  if profile and profile.digest == digest then return 1 end
end
redis.call('HDEL', STATE, 'own:' .. digest)
return 1
