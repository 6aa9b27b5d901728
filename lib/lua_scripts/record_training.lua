-- Records a training that published nothing, and releases the lock.
--
-- ARGV: who asks, the record, then, if samples are used up, the newest id that
--   took part, and how many of a class to retain
-- Answer: 1, or 0 if it is not the holder, and only the record was kept

local holder, record, up_to, retain = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local was_held = release(holder)
if was_held and up_to then settle(up_to, tonumber(retain)) end
record_training(record)
return was_held and 1 or 0
