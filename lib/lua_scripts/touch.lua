-- Notes that a model is in use.
--
-- ARGV: the model's key
-- Answer: 1, or 0 if there is no such profile

local member = member_of(ARGV[1])
if not member then return 0 end
redis.call('ZADD', PROFILES, time_text(now()), member)
return 1
