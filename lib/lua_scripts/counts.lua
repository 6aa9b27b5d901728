-- Tells how full a pool is, with what rspamd's scanners have stored.
--
-- Answer: fresh spam, fresh ham, retained spam, retained ham, quarantined

return {
  redis.call('ZCARD', FRESH.spam) + stored_vectors('spam'),
  redis.call('ZCARD', FRESH.ham) + stored_vectors('ham'),
  redis.call('ZCARD', RETAINED.spam),
  redis.call('ZCARD', RETAINED.ham),
  redis.call('LLEN', QUARANTINE),
}
