-- Forgets origins of samples that are gone: rspamd, and older versions, drop
-- samples and know nothing of these.
--
-- ARGV: a cursor, how many to look at
-- Answer: the next cursor

-- Members of lists, which cannot be asked for one.
local lists = {}
local function members(name)
  if not lists[name] then
    lists[name] = {}
    for _, vector in ipairs(redis.call('LRANGE', name, 0, -1)) do
      lists[name][vector] = true
    end
  end
  return lists[name]
end

local keys = keys_with_vectors()
local function is_stored(vector)
  for _, key in ipairs(keys) do
    for _, names in pairs(vectors_of(key)) do
      for _, name in ipairs(names) do
        if is_list(name) then
          if members(name)[vector] then return true end
        elseif redis.call('SISMEMBER', name, vector) == 1 then
          return true
        end
      end
    end
  end
end

local found = redis.call('HSCAN', ORIGINS, ARGV[1], 'COUNT', ARGV[2])
for i = 1, #found[2], 2 do
  local ref, origin = found[2][i], origin_from(found[2][i + 1])
  local is_there
  if string.sub(ref, 1, 1) == 'v' then
    is_there = is_stored(origin.vector)
  else
    is_there = redis.call('HEXISTS', SAMPLES, ref) == 1
  end
  if not is_there then forget(ref) end
end
return found[1]
