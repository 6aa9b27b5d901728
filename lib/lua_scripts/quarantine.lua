-- Sets samples aside.
--
-- ARGV: ids and reasons in turn
-- Answer: how many there were

local count = 0
for i = 1, #ARGV, 2 do
  local id, reason = ARGV[i], ARGV[i + 1]
  local value = redis.call('HGET', SAMPLES, id)
  if value then
    local class = class_of(id)
    drop_sample(id)
    set_aside(class, reason, string.sub(value, DIGEST_BYTES + 1))
    count = count + 1
  end
end
return count
