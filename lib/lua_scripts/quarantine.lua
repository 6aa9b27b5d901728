-- Sets samples aside.
--
-- ARGV: how many to keep there, then ids and reasons in turn
-- Answer: how many there were

local most = tonumber(ARGV[1])
local count = 0
for i = 2, #ARGV, 2 do
  local id, reason = ARGV[i], ARGV[i + 1]
  local value = redis.call('HGET', SAMPLES, id)
  if value then
    local class = class_of(id)
    drop_sample(id)
    set_aside(class, reason, string.sub(value, DIGEST_BYTES + 1))
    count = count + 1
  end
end
redis.call('LTRIM', QUARANTINE, 0, most - 1)
return count
