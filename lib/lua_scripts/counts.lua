-- Tells how full a pool is, with what rspamd's scanners have stored.
--
-- Answer: as of own_counts

local keys = keys_with_vectors()
local counts = own_counts()
counts[1] = counts[1] + stored_vectors('spam', keys)
counts[2] = counts[2] + stored_vectors('ham', keys)
return counts
