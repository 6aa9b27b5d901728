-- Drops profiles with their models and what rspamd's scanners stored for them.
-- One without a model stays while it still gathers vectors.
--
-- ARGV: how many of the most recently used to keep, of those with a model and of
--   all, for how many seconds one without was not used, which key is never
--   dropped
-- Answer: the JSON of those that were dropped

local keep, serving = tonumber(ARGV[1]), ARGV[3]
local used_before = now() - tonumber(ARGV[2])

local function has_vectors(key)
  for _, names in pairs(vectors_of(key)) do
    for _, name in ipairs(names) do
      if count_vectors(name) > 0 then return true end
    end
  end
  return false
end

local dropped, gone, kept = {}, {}, {}
local models = 0
local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local member, used_at = members[i], tonumber(members[i + 1])
  local profile = profile_of(member)
  local key = profile and profile.redis_key
  local is_surplus
  if key and has_model(key) then
    models = models + 1
    is_surplus = models > keep
  else
    is_surplus = (i - 1) / 2 >= keep
      or used_at < used_before and not (key and has_vectors(key))
  end
  if is_surplus and key ~= serving then
    redis.call('ZREM', PROFILES, member)
    if key then
      gone[profile.digest] = true
      redis.call('DEL', key)
      for _, names in pairs(vectors_of(key)) do redis.call('DEL', unpack(names)) end
    end
    dropped[#dropped + 1] = member
  elseif profile then
    kept[profile.digest] = true
  end
end
for digest in pairs(gone) do
  if not kept[digest] then redis.call('HDEL', STATE, 'own:' .. digest) end
end
return dropped
