-- Keeps samples (see adding.lua).
--
-- ARGV: as there, then for each sample its class and source, a letter each, with
--   its message, then the digest of its features with the features, and its
--   vector, which is empty if it has none
-- Answer: for each sample 0 (known), 1 (added), 2 (it was of the other class) or
--   3 (it stays of the other class)

local CLASSES = { s = 'spam', h = 'ham' }

local at = now()
local outcomes = {}
for i = 4, #ARGV, 3 do
  local about = ARGV[i]
  outcomes[#outcomes + 1] = add(CLASSES[string.sub(about, 1, 1)], ARGV[i + 1], ARGV[i + 2], {
    source = string.sub(about, 2, 2),
    at = at,
    message = string.sub(about, 3),
  })
end
return outcomes
