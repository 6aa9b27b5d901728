-- Looks at several series from afar: how full they are, and whether there is
-- more to see than the last time. What it has read of profiles it keeps in a
-- memo, and it asks for nothing that one question can rule out.
--
-- ARGV: for all series the memos that were answered last, or else nil, in
--   MessagePack one after the other, and then their first keys
-- Answer: for each series nothing if it is empty, or else the counts of its
--   pool (as of own_counts, with what scanners have stored), a text that stays
--   the same as long as its profiles, the newest model and the vectors of older
--   profiles do, and a memo, unless it is the one given

local MOST_ARGUMENTS = 1000

local function how_many_exist(names)
  local count = 0
  for i = 1, #names, MOST_ARGUMENTS do
    local last = math.min(#names, i + MOST_ARGUMENTS - 1)
    count = count + redis.call('EXISTS', unpack(names, i, last))
  end
  return count
end

-- Whoever adds or uses a profile gives it a new time.
local function is_up_to_date(memo)
  local newest = memo.times[1] or '0'
  return redis.call('ZCARD', PROFILES) == #memo.times
    and redis.call('ZCOUNT', PROFILES, '(' .. newest, '+inf') == 0
end

-- Times of profiles, and names of vectors: the sets of the newest model, which
-- fill all the time, and all others.
local function new_memo()
  local newest = newest_profile()
  local memo = {
    times = {},
    newest = newest and newest.redis_key,
    keys = keys_with_vectors(),
    others = {},
  }
  local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
  for i = 2, #members, 2 do memo.times[i / 2] = members[i] end
  for _, key in ipairs(memo.keys) do
    for class, names in pairs(vectors_of(key)) do
      for _, name in ipairs(names) do
        if name ~= memo.newest .. '_' .. class .. '_set' then
          memo.others[#memo.others + 1] = name
        end
      end
    end
  end
  return memo
end

local function size_of_set(name)
  local size = redis.pcall('SCARD', name)
  return type(size) == 'number' and size or 0
end

local function add_vectors(counts, memo, has_others)
  if not memo.newest then return end
  for at, class in ipairs({ 'spam', 'ham' }) do
    counts[at] = counts[at] + (has_others and stored_vectors(class, memo.keys)
      or size_of_set(memo.newest .. '_' .. class .. '_set'))
  end
end

local function state_by(memo, has_others)
  local has_model = memo.newest and redis.call('HEXISTS', memo.newest, 'ann') or 0
  local state = { has_model, table.concat(memo.times, ' ') }
  for _, key in ipairs(has_others and memo.keys or {}) do
    if key ~= memo.newest then
      state[#state + 1] = stored_vectors('spam', { key })
      state[#state + 1] = stored_vectors('ham', { key })
      state[#state + 1] = redis.call('HEXISTS', key, 'lock')
    end
  end
  return table.concat(state, ' ')
end

local function look(memo)
  local has_own = redis.call('EXISTS', SAMPLES, QUARANTINE, TRAININGS) > 0
  if not has_own and redis.call('EXISTS', PROFILES) == 0 then return false end
  local is_new = not (memo and is_up_to_date(memo))
  if is_new then memo = new_memo() end
  local counts = has_own and own_counts() or { 0, 0, 0, 0, 0 }
  local has_others = how_many_exist(memo.others) > 0
  add_vectors(counts, memo, has_others)
  return { counts, state_by(memo, has_others), is_new and cmsgpack.pack(memo) }
end

local answer = {}
local memos = { cmsgpack.unpack(ARGV[1]) }
for i = 2, #ARGV do
  turn_to(ARGV[i])
  answer[i - 1] = look(memos[i - 1])
end
return answer
