-- Takes the training lock, unless somebody else has it: another neurald, or an
-- rspamd that trains the newest profile.
--
-- ARGV: who asks, after how many seconds a lock has expired
-- Answer: 1, or else when it was taken and by whom

local holder, expire = ARGV[1], tonumber(ARGV[2])
local time = now()

-- One that lies in the future dates from before a clock was set back.
local function is_held(lock, by)
  local at = tonumber(lock or '')
  return at and by ~= holder and time >= at and time - at < expire
end

local lock = redis.call('HMGET', STATE, 'lock', 'holder')
if is_held(lock[1], lock[2]) then return { lock[1], lock[2] } end

local key
local newest = newest_profile()
if newest then
  key = newest.redis_key
  local theirs = redis.call('HMGET', key, 'lock', 'hostname')
  if is_held(theirs[1], theirs[2]) then
    return { theirs[1], theirs[2] or 'unknown' }
  end
end

release(redis.call('HGET', STATE, 'holder'))
redis.call('HSET', STATE, 'lock', time_text(time), 'holder', holder)
if key then
  redis.call('HSET', STATE, 'locked_key', key)
  redis.call('HSET', key, 'lock', string.format('%d', time), 'hostname', holder)
end
return 1
