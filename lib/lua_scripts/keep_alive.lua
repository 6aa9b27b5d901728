-- Keeps the model that is in service from expiring, and the profiles where they
-- do, as in rspamd 4.
--
-- ARGV: the model's key, for how many seconds
-- Answer: 1, or 0 if the model is not there

if redis.call('TTL', PROFILES) >= 0 then redis.call('EXPIRE', PROFILES, ARGV[2]) end
return redis.call('EXPIRE', ARGV[1], ARGV[2])
