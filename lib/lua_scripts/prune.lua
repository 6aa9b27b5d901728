-- Drops profiles with their models and what rspamd's scanners stored for them.
--
-- ARGV: how many of the most recently used to keep, before which time the
--   others were used, which key is never dropped
-- Answer: the JSON of those that were dropped

local keep, used_before, serving = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local dropped = {}
local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local member, used_at = members[i], tonumber(members[i + 1])
  local ok, profile = pcall(cjson.decode, member)
  local key = ok and type(profile) == 'table' and profile.redis_key
  local is_surplus = (i - 1) / 2 >= keep or used_at < used_before
  if is_surplus and key ~= serving then
    redis.call('ZREM', PROFILES, member)
    if type(key) == 'string' then
      redis.call('DEL', key, key .. '_spam_set', key .. '_ham_set')
    end
    dropped[#dropped + 1] = member
  end
end
return dropped
