-- Reads all samples, as they are at one moment.
--
-- Answer: ids of fresh spam, of fresh ham, of retained spam and of retained
--   ham, then ids and values (digest and features) in turn

return {
  redis.call('ZRANGE', FRESH.spam, 0, -1),
  redis.call('ZRANGE', FRESH.ham, 0, -1),
  redis.call('ZRANGE', RETAINED.spam, 0, -1),
  redis.call('ZRANGE', RETAINED.ham, 0, -1),
  redis.call('HGETALL', SAMPLES),
}
