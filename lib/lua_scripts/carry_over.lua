-- Adds a profile with a model after one of the same symbols that has no model,
-- and moves along what scanners have stored for that one.
--
-- ARGV: the key of the model that is not there, the key of the one to add, its
--   profile in JSON, then names and values of its fields in turn
-- Answer: 1, or 0 if the first is there or is being trained, if there is no such
--   profile, or if there is the second already

local before, key, profile = ARGV[1], ARGV[2], ARGV[3]
if not member_of(before) or member_of(key) then return 0 end
if redis.call('HEXISTS', before, 'ann') == 1 then return 0 end
if redis.call('HEXISTS', before, 'lock') == 1 then return 0 end
local moved = vectors_of(key)
for class, names in pairs(vectors_of(before)) do
  for n, name in ipairs(names) do
    if redis.call('EXISTS', name) == 1 then redis.call('RENAME', name, moved[class][n]) end
  end
end
redis.call('DEL', key)
for i = 4, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', PROFILES, time_text(now()), profile)
return 1
