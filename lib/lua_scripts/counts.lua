-- Tells how full a pool is.
--
-- Answer: fresh spam, fresh ham, retained spam, retained ham, quarantined

return {
  redis.call('ZCARD', FRESH.spam),
  redis.call('ZCARD', FRESH.ham),
  redis.call('ZCARD', RETAINED.spam),
  redis.call('ZCARD', RETAINED.ham),
  redis.call('LLEN', QUARANTINE),
}
