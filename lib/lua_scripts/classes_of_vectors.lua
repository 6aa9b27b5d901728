-- Tells of which class vectors are that scanners, or neurald, have stored.
--
-- ARGV: the vectors
-- Answer: for each 1 (spam), 2 (ham) or 0 (it is gone)

local keys = keys_with_vectors()
local CLASSES = { 'spam', 'ham' }
local answer = {}
for i, vector in ipairs(ARGV) do
  answer[i] = 0
  for _, key in ipairs(keys) do
    for number, class in ipairs(CLASSES) do
      for _, name in ipairs(vectors_of(key)[class]) do
        if has_vector(name, vector) then answer[i] = number end
      end
    end
  end
end
return answer
