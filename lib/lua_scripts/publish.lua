-- Publishes a model, settles the pool, records the training and releases the
-- lock, all or nothing.
--
-- ARGV: who asks, the series' name, the model's key, its profile in JSON, the
--   training's record, the newest id that took part, how many samples of a
--   class to retain, then names and values of the model's fields in turn
-- Answer: 1, or 0 if it is not the holder

local holder, series, key, profile, record = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not release(holder) then return 0 end
local earlier = member_of(key)
if earlier then redis.call('ZREM', PROFILES, earlier) end
redis.call('DEL', key)
for i = 8, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', PROFILES, time_text(now()), profile)
settle(ARGV[6], tonumber(ARGV[7]))
record_training(series, record)
return 1
