-- Reads what rspamd's scanners have stored.
--
-- ARGV: a model whose vectors stay where they are, as do those of models that
--   are being trained, and those that were taught by hand; empty: all are read
-- Answer: for each key of vectors that is not empty its name, the class, the
--   JSON of the profile that tells what the vectors mean, and the vectors

local profiles, newest = {}, nil
for _, member in ipairs(redis.call('ZREVRANGE', PROFILES, 0, -1)) do
  local profile = profile_of(member)
  if profile then
    newest = newest or member
    profiles[profile.redis_key] = member
  end
end
local function is_wanted(key)
  if ARGV[1] == '' then return true end
  return profiles[key] and key ~= ARGV[1] and redis.call('HEXISTS', key, 'lock') == 0
end

local answer = {}
for _, key in ipairs(keys_with_vectors()) do
  for class, names in pairs(vectors_of(key)) do
    for _, name in ipairs(names) do
      if is_wanted(key) and count_vectors(name) > 0 then
        local vectors
        if redis.call('TYPE', name).ok == 'set' then
          vectors = redis.call('SMEMBERS', name)
        else
          vectors = redis.call('LRANGE', name, 0, -1)
        end
        answer[#answer + 1] = { name, class, profiles[key] or newest, vectors }
      end
    end
  end
end
return answer
