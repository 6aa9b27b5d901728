-- Gives a model to a profile that has none.
--
-- ARGV: the model's key, then names and values of the fields in turn
-- Answer: 1, or 0 if it has one, or there is no such profile

local key = ARGV[1]
if not member_of(key) or redis.call('HEXISTS', key, 'ann') == 1 then return 0 end
for i = 2, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
return 1
