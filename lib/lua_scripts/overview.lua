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
local function is_up_to_date(memo, first)
  return redis.call('ZCARD', first) == memo.profiles
    and redis.call('ZCOUNT', first, '(' .. memo.latest, '+inf') == 0
end

-- Times of profiles, and names of vectors: the sets of the newest model, which
-- fill all the time, and all others.
local function new_memo()
  local times = {}
  local members = redis.call('ZREVRANGE', PROFILES, 0, -1, 'WITHSCORES')
  for i = 2, #members, 2 do times[i / 2] = members[i] end
  local newest = newest_profile()
  local memo = {
    profiles = #times,
    latest = times[1] or '0',
    times = table.concat(times, ' '),
    newest = newest and newest.redis_key,
    others = {},
  }
  for _, key in ipairs(keys_with_vectors()) do
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

-- Counts vectors one model after the other, and notes those of older ones.
local function add_vectors(counts, state, newest)
  for _, key in ipairs(keys_with_vectors()) do
    local spam, ham = stored_vectors('spam', { key }), stored_vectors('ham', { key })
    counts[1], counts[2] = counts[1] + spam, counts[2] + ham
    if key ~= newest then
      for _, news in ipairs({ spam, ham, redis.call('HEXISTS', key, 'lock') }) do
        state[#state + 1] = news
      end
    end
  end
end

local function look(first, memo)
  local has_own =
    redis.call('EXISTS', first .. endings[4], first .. endings[9], first .. endings[10]) > 0
  if not has_own and redis.call('EXISTS', first) == 0 then return false end
  local is_new = not (memo and is_up_to_date(memo, first))
  if is_new then
    turn_to(first)
    memo = new_memo()
  end
  local has_others = how_many_exist(memo.others) > 0
  if has_own or has_others then turn_to(first) end
  local counts = has_own and own_counts() or { 0, 0, 0, 0, 0 }
  local state = { memo.times }
  if memo.newest then state[2] = redis.call('HEXISTS', memo.newest, 'ann') end
  if has_others then
    add_vectors(counts, state, memo.newest)
  elseif memo.newest then
    counts[1] = counts[1] + size_of_set(memo.newest .. '_spam_set')
    counts[2] = counts[2] + size_of_set(memo.newest .. '_ham_set')
  end
  return { counts, table.concat(state, ' '), is_new and cmsgpack.pack(memo) }
end

local answer = {}
local memos = { cmsgpack.unpack(ARGV[1]) }
for i = 2, #ARGV do answer[i - 1] = look(ARGV[i], memos[i - 1]) end
return answer
