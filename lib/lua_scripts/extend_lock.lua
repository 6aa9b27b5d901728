-- Extends the training lock.
--
-- ARGV: who asks
-- Answer: 1, or 0 if it is not the holder

local holder = ARGV[1]
if redis.call('HGET', STATE, 'holder') ~= holder then return 0 end
local time = now()
redis.call('HSET', STATE, 'lock', time_text(time))
local key = redis.call('HGET', STATE, 'locked_key')
if key and redis.call('HGET', key, 'hostname') == holder then
  redis.call('HSET', key, 'lock', string.format('%d', time))
end
return 1
