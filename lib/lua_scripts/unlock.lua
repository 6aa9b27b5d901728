-- Releases the training lock.
--
-- ARGV: who asks
-- Answer: 1, or 0 if it is not the holder

return release(ARGV[1]) and 1 or 0
