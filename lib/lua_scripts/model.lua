-- Reads a model.
--
-- ARGV: its key, then the names of the fields that are wanted (none: all)
-- Answer: names and values of its fields in turn; none where no profile has the
--   key

if not member_of(ARGV[1]) then return {} end
local names = #ARGV > 1 and { unpack(ARGV, 2) } or redis.call('HKEYS', ARGV[1])
local fields = {}
for _, name in ipairs(names) do
  local value = not NOTES[name] and redis.call('HGET', ARGV[1], name)
  if value then
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
end
return fields
