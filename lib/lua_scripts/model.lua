-- Reads a model.
--
-- ARGV: its key
-- Answer: names and values of its fields in turn; none where no profile has the
--   key

local fields = {}
if member_of(ARGV[1]) then
  local all = redis.call('HGETALL', ARGV[1])
  for i = 1, #all, 2 do
    if not NOTES[all[i]] then
      fields[#fields + 1] = all[i]
      fields[#fields + 1] = all[i + 1]
    end
  end
end
return fields
