-- Reserves some of what may be learned of a class in a day.
--
-- ARGV: the key to count under, without the day, how many are wanted, how many
--   a day may have
-- Answer: how many of those wanted there are left

local KEPT_SECONDS = 2 * 86400

-- The day in UTC by the clock of Redis, as YYYYMMDD: there is no library of
-- dates in a script. Years begin with March, so that a leap day comes last.
local function today()
  local days = math.floor(now() / 86400) + 719468
  local era = math.floor(days / 146097)
  local of_era = days - era * 146097
  local leaps = math.floor(of_era / 1460) - math.floor(of_era / 36524)
    + math.floor(of_era / 146096)
  local year_of_era = math.floor((of_era - leaps) / 365)
  local of_year = of_era - 365 * year_of_era - math.floor(year_of_era / 4)
    + math.floor(year_of_era / 100)
  local months = math.floor((5 * of_year + 2) / 153)
  local day = of_year - math.floor((153 * months + 2) / 5) + 1
  local month = months < 10 and months + 3 or months - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04d%02d%02d', year, month, day)
end

local key = ARGV[1] .. '_' .. today()
local wanted, limit = tonumber(ARGV[2]), tonumber(ARGV[3])
local taken = tonumber(redis.call('GET', key) or '0')
local granted = math.max(0, math.min(wanted, limit - taken))
if granted > 0 then
  redis.call('INCRBY', key, granted)
  redis.call('EXPIRE', key, KEPT_SECONDS)
end
return granted
