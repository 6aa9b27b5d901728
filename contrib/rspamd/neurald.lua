--[[
Asks neurald what it makes of each message, and has it learn.

Copy this file to /etc/rspamd/plugins.d/ and put three lines into
/etc/rspamd/rspamd.conf.local (the README of neurald has all options):

  neurald {
    url = "http://127.0.0.1:11336";
  }

A message has two stages here. NEURALD_CHECK, a postfilter, sends what rspamd
found in it to /v1/score, and inserts the symbols that are answered.
NEURALD_LEARN, an idempotent filter, sends the same to /v1/learn: the scan as it
was before neurald spoke, so that neurald never learns from its own opinion.

Whatever neurald does, a message goes on after `timeout` at the latest, without
its symbols. One that does not answer is asked less often until it does.

Written for rspamd 3.4 and later.
]]
-- luacheck: globals confighelp rspamd_config

if confighelp then
  return
end

local lua_meta = require "lua_meta"
local lua_settings = require "lua_settings"
local lua_util = require "lua_util"
local rspamd_http = require "rspamd_http"
local rspamd_logger = require "rspamd_logger"
local rspamd_util = require "rspamd_util"
local ucl = require "ucl"
local upstream_list = require "rspamd_upstream_list"

local N = "neurald"

local CLASS_HEADER = "ANN-Train"
local CACHED_SCAN = "neurald_scan"

-- How often a problem that lasts is logged.
local REPORT_INTERVAL_S = 60

-- What neurald takes; longer than this, a field is left out.
local MAX_TEXT_BYTES = 256
local MAX_MESSAGE_ID_BYTES = 998
local MAX_METATOKEN = 1e6

-- An answer has some hundred bytes for each rule. The parser is recursive, so
-- that what is nested deeper than any answer must not get to it.
local MAX_ANSWER_BYTES = 65536
local MAX_BRACKETS = 1000
local MAX_PROBLEM_BYTES = 200
local MAX_WARNINGS = 100
local MAX_REASONS = 20

-- UCL without what JSON has not: NO_TIME, NO_IMPLICIT_ARRAYS, DISABLE_MACRO
-- (else an answer could have files included) and NO_FILEVARS.
local JSON_ONLY = 4 + 8 + 32 + 64

-- Learning costs messages no time, so that many may be learned at once.
local LEARN_TIMEOUT_S = 5
local MAX_LEARNING = 100

local settings = {
  timeout = 0.3,
  explain = 3,
  learn = true,
  max_failures = 5,
  retry_interval = 5,
  symbols = {
    NEURAL_SPAM = { weight = 3.0 },
    NEURAL_HAM = { weight = -3.0 },
  },
}

-- Where requests go: `base` is what paths are appended to, `servers` a list of
-- one. rspamd resolves its name once, and not for each message; it may be a
-- Unix socket.
local base, servers

-- What lets in, where neurald has tokens.
local headers

-- With rspamd's name for the task, whose beginning is in each line of its log,
-- and which neurald's log has as `request_id`.
local function headers_for(task)
  local all = { ["X-Request-Id"] = task:get_uid() }
  for name, value in pairs(headers or {}) do
    all[name] = value
  end
  return all
end

-- The path, and whether it answered lately. Scoring goes on while learning does
-- not, such as when Redis is away; each has its own.
local function new_endpoint(path)
  return {
    path = path,
    failures_in_row = 0,
    retry_at_s = 0,
    unreported = 0,
    reported_at_s = -math.huge,
  }
end

local score_endpoint = new_endpoint("/v1/score")
local learn_endpoint = new_endpoint("/v1/learn")

--- Failures ---

local function is_down(endpoint)
  return endpoint.failures_in_row >= settings.max_failures
end

-- Where it is down, one message after each interval finds out for all others
-- whether it is back.
local function may_ask(endpoint)
  if not is_down(endpoint) then
    return true
  end
  local now_s = rspamd_util.get_ticks()
  if now_s < endpoint.retry_at_s then
    return false
  end
  endpoint.retry_at_s = now_s + settings.retry_interval
  return true
end

-- Logs the first problem, and then how many there were since.
local function report(endpoint, problem)
  local now_s = rspamd_util.get_ticks()
  endpoint.unreported = endpoint.unreported + 1
  if now_s - endpoint.reported_at_s < REPORT_INTERVAL_S then
    return
  end
  rspamd_logger.warnx(rspamd_config, "%s: %s failed %s times; the last time: %s",
      N, endpoint.path, endpoint.unreported, problem)
  endpoint.reported_at_s = now_s
  endpoint.unreported = 0
end

local function note_failure(endpoint, problem)
  local was_down = is_down(endpoint)
  endpoint.failures_in_row = endpoint.failures_in_row + 1
  endpoint.retry_at_s = rspamd_util.get_ticks() + settings.retry_interval
  report(endpoint, problem)
  if is_down(endpoint) and not was_down then
    rspamd_logger.warnx(rspamd_config,
        "%s: %s failed %s times in a row; it is asked every %s s until it answers",
        N, endpoint.path, endpoint.failures_in_row, settings.retry_interval)
  end
end

local function note_success(endpoint)
  if is_down(endpoint) then
    rspamd_logger.messagex(rspamd_config, "%s: %s answers again", N,
        endpoint.path)
  end
  endpoint.failures_in_row = 0
end

--- Answers ---

local function is_finite(x)
  return type(x) == "number" and x == x and math.abs(x) < math.huge
end

-- Gives a table, or nil and what is wrong.
local function parse_answer(body)
  if type(body) ~= "string" then
    return nil, "the answer is empty"
  end
  if #body > MAX_ANSWER_BYTES or
      select(2, body:gsub("[%[{]", "")) > MAX_BRACKETS then
    return nil, "the answer is too long"
  end
  local parser = ucl.parser(JSON_ONLY)
  local is_parsed, problem = parser:parse_string(body)
  if not is_parsed then
    return nil, "the answer is no JSON: " .. tostring(problem)
  end
  local answer = parser:get_object()
  if type(answer) ~= "table" then
    return nil, "the answer is no object"
  end
  return answer
end

-- Why neurald refused.
local function refusal(code, body)
  local answer = parse_answer(body)
  local problem = answer and answer.error
  if type(problem) ~= "string" then
    return string.format("status %s", code)
  end
  return string.format("status %s: %s", code, problem:sub(1, MAX_PROBLEM_BYTES))
end

-- Sends a scan. `request.read` makes of an answer what is wanted, or gives nil
-- and what is wrong; `request.done` is called once, with either.
local function ask(endpoint, request)
  local is_done = false
  local function fail(note, problem)
    -- A connection that cannot be made may be told twice.
    if not is_done then
      is_done = true
      note(endpoint, problem)
      request.done(nil, problem)
    end
  end

  local function answered(err, code, body)
    if err then
      return fail(note_failure, tostring(err))
    end
    if code ~= 200 then
      -- A scan that is refused is no reason to ask less.
      local note = code >= 400 and code < 500 and report or note_failure
      return fail(note, refusal(code, body))
    end
    local answer, problem = parse_answer(body)
    local wanted
    if answer then
      wanted, problem = request.read(answer)
    end
    if not wanted then
      return fail(note_failure, problem)
    end
    is_done = true
    note_success(endpoint)
    request.done(wanted)
  end

  local task = request.task
  local options = {
    url = base .. endpoint.path .. (request.query or ""),
    upstream = servers:get_upstream_round_robin(),
    method = "post",
    mime_type = "application/json",
    headers = headers_for(task),
    body = ucl.to_format(request.scan, "json-compact"),
    timeout = request.timeout_s,
    max_size = MAX_ANSWER_BYTES,
    keepalive = true,
    callback = answered,
  }
  if request.holds_up_task then
    options.task = task
  else
    options.config = rspamd_config
    options.ev_base = task:get_ev_base()
    options.resolver = task:get_resolver()
  end
  if not rspamd_http.request(options) then
    fail(note_failure, "it cannot be connected to")
  end
end

--- Scans ---

-- Gives nil for what neurald would refuse.
local function text_of(value, max_bytes)
  local text = value and tostring(value)
  if not text or text == "" or #text > max_bytes or
      not rspamd_util.is_valid_utf8(text) then
    return nil
  end
  return text
end

-- The weight of a symbol, and whether it is a feature, by its name.
local known_symbols = {}

local NO_FEATURE_FLAGS = { "nostat", "idempotent", "skip", "composite" }

-- Leaves out what rspamd's neural module leaves out of its profiles.
local function look_up(name)
  local known = known_symbols[name]
  if known then
    return known
  end
  local flags = lua_util.list_to_hash(
      rspamd_config:get_symbol_flags(name) or {})
  local metric = rspamd_config:get_symbol(name)
  known = { is_feature = text_of(name, MAX_TEXT_BYTES) ~= nil }
  for _, flag in ipairs(NO_FEATURE_FLAGS) do
    known.is_feature = known.is_feature and not flags[flag]
  end
  if metric and is_finite(metric.score) then
    known.weight = metric.score
  end
  -- Names that were made up for one message would be kept for ever.
  if metric then
    known_symbols[name] = known
  end
  return known
end

local function symbols_of(task)
  local symbols = {}
  for _, found in ipairs(task:get_symbols_all()) do
    local known = look_up(found.name)
    if known.is_feature and is_finite(found.score) then
      symbols[found.name] = { found.score, known.weight }
    end
  end
  return symbols
end

local function metatokens_of(task)
  local metatokens = {}
  for i, number in ipairs(lua_meta.gen_metatokens(task)) do
    metatokens[i] = math.max(-MAX_METATOKEN, math.min(MAX_METATOKEN, number))
  end
  return metatokens
end

local function settings_name_of(task)
  local id = task:get_settings_id()
  if not id then
    return nil
  end
  local known = lua_settings.settings_by_id(id)
  local name = text_of(known and known.name or id, MAX_TEXT_BYTES)
  return name and (name:gsub("[%s%c]", "_"))
end

-- The client may have come over a Unix socket.
local function ip_of(task)
  local ip = task:get_from_ip()
  if not ip or not ip:is_valid() then
    return nil
  end
  local version = ip:get_version()
  return (version == 4 or version == 6) and ip:to_string() or nil
end

local function message_id_of(task)
  local id = task:get_message_id()
  return id ~= "undef" and text_of(id, MAX_MESSAGE_ID_BYTES) or nil
end

-- What is known of a message, made once: it is to be learned as it was scored.
local function scan_of(task)
  local scan = task:cache_get(CACHED_SCAN)
  if scan then
    return scan
  end
  local totals = task:get_metric_score()
  scan = {
    symbols = symbols_of(task),
    metatokens = metatokens_of(task),
    score = is_finite(totals[1]) and totals[1] or nil,
    required_score = is_finite(totals[2]) and totals[2] or nil,
    action = task:get_metric_action(),
    settings_id = settings_name_of(task),
    user = text_of(task:get_user(), MAX_TEXT_BYTES),
    ip = ip_of(task),
    message_id = message_id_of(task),
  }
  task:cache_set(CACHED_SCAN, scan)
  return scan
end

--- Scoring ---

local warned_of = {}
local warnings = 0

local function warn_of_unknown(symbol)
  local name = symbol:sub(1, MAX_PROBLEM_BYTES)
  if warned_of[name] or warnings >= MAX_WARNINGS then
    return
  end
  warned_of[name] = true
  warnings = warnings + 1
  rspamd_logger.warnx(rspamd_config,
      "%s: the symbol %s of a rule is left out; it needs a weight in its section symbols",
      N, name)
end

-- The features that moved the output most, such as "MIME_HTML_ONLY +0.24".
local function reasons_of(result)
  local reasons = {}
  if type(result.contributions) ~= "table" then
    return reasons
  end
  for _, one in ipairs(result.contributions) do
    -- `base` is the output for an empty scan: no reason.
    if #reasons < settings.explain and type(one) == "table" and
        type(one.name) == "string" and one.name ~= "base" and
        is_finite(one.contribution) then
      table.insert(reasons, string.format("%s %+.2f",
          one.name:sub(1, MAX_TEXT_BYTES), one.contribution))
    end
  end
  return reasons
end

-- Gives what to insert, or nil and what is wrong. One result that is wrong
-- makes the whole answer unbelievable.
local function insertions_of(answer)
  if type(answer.results) ~= "table" then
    return nil, "the answer has no results"
  end
  local insertions = {}
  for _, result in ipairs(answer.results) do
    if type(result) ~= "table" then
      return nil, "a result is no object"
    end
    -- null where the output is below its threshold.
    if type(result.symbol) == "string" then
      local score = result.score
      if not is_finite(score) or score < 0 or score > 1 then
        return nil, "a score is no number from 0 to 1"
      end
      if settings.symbols[result.symbol] then
        table.insert(insertions, {
          symbol = result.symbol,
          score = score,
          reasons = reasons_of(result),
        })
      else
        warn_of_unknown(result.symbol)
      end
    end
  end
  return insertions
end

local function insert(task, insertions)
  for _, one in ipairs(insertions) do
    task:insert_result(one.symbol, one.score, one.reasons)
  end
end

local function check(task)
  if task:has_flag("skip") then
    return
  end
  -- Also where nothing is asked: it is to be learned as it is now.
  local scan = scan_of(task)
  if not may_ask(score_endpoint) then
    return
  end
  local explain = settings.explain
  ask(score_endpoint, {
    task = task,
    holds_up_task = true,
    scan = scan,
    -- One more, for `base` may be among them.
    query = explain > 0 and string.format("?explain=%d", explain + 1) or nil,
    timeout_s = settings.timeout,
    read = insertions_of,
    done = function(insertions)
      insert(task, insertions or {})
    end,
  })
end

--- Learning ---

-- What the client says that a message is; "none" where it is not to be learned.
local function class_header_of(task)
  -- Several headers of this name make a table in some versions.
  local header = task:get_request_header(CLASS_HEADER)
  if type(header) == "table" then
    header = header[1]
  end
  -- It is a text object, which never equals a string.
  return header and tostring(header):lower():gsub("%s", "") or nil
end

-- Gives what became of it, or nil and what is wrong.
local function outcome_of(answer)
  if answer.learned == true then
    return "learned as " .. tostring(answer.class)
  elseif answer.learned == false then
    return "not learned: " .. tostring(answer.reason)
  end
  return nil, "the answer does not say whether it learned"
end

-- Somebody waits to hear what became of it.
local function teach(task, class)
  local scan = lua_util.shallowcopy(scan_of(task))
  scan.class = class
  ask(learn_endpoint, {
    task = task,
    holds_up_task = true,
    scan = scan,
    timeout_s = LEARN_TIMEOUT_S,
    read = outcome_of,
    done = function(outcome, problem)
      task:append_message(outcome or "failed: " .. problem, N)
    end,
  })
end

local learning = 0

-- Nobody waits: neither the message nor its client is held up.
local function learn_by_itself(task)
  if learning >= MAX_LEARNING or not may_ask(learn_endpoint) then
    return
  end
  learning = learning + 1
  ask(learn_endpoint, {
    task = task,
    scan = scan_of(task),
    timeout_s = LEARN_TIMEOUT_S,
    read = outcome_of,
    done = function()
      learning = learning - 1
    end,
  })
end

-- Why rspamd's verdict, or what it found, means nothing.
local function why_not_learned(task)
  if task:has_flag("skip") then
    return "it was skipped"
  end
  -- Nobody knows which symbols were not looked for.
  if task:get_metric_result().passthrough then
    return "one rule decided alone"
  end
  if not scan_of(task).score then
    return "it has no score"
  end
  return nil
end

local function learn(task)
  local class = class_header_of(task)
  local is_taught = class == "spam" or class == "ham"
  local reason = why_not_learned(task)
  if is_taught then
    if reason then
      task:append_message("not learned: " .. reason, N)
    else
      teach(task, class)
    end
  elseif not reason and not class and settings.learn and
      not lua_util.is_rspamc_or_controller(task) then
    learn_by_itself(task)
  end
end

--- Configuration ---

local is_positive = function(x)
  return is_finite(x) and x > 0
end
local is_boolean = function(x)
  return type(x) == "boolean"
end

local OPTIONS = {
  enabled = { is_boolean, "true or false" },
  url = { function(x) return type(x) == "string" end, "a text" },
  token = {
    function(x) return type(x) == "string" and x:match("^[!-~]+$") ~= nil end,
    "one word of ASCII",
  },
  timeout = { is_positive, "a time" },
  explain = {
    function(x)
      return is_finite(x) and x >= 0 and x <= MAX_REASONS and x % 1 == 0
    end,
    string.format("a whole number up to %d", MAX_REASONS),
  },
  learn = { is_boolean, "true or false" },
  max_failures = { is_positive, "a number above 0" },
  retry_interval = { is_positive, "a time" },
  symbols = { function(x) return type(x) == "table" end, "a section" },
}

-- Gives nil, or what is wrong.
local function configure_symbols(symbols)
  for name, symbol in pairs(symbols) do
    if type(symbol) ~= "table" or not is_finite(symbol.weight) then
      return string.format("symbols.%s: { weight = 1.0; } is needed", name)
    end
    settings.symbols[name] = symbol
  end
  return nil
end

-- Gives nil, or what is wrong.
local function configure_url(url)
  local socket = url:match("^unix:(/.+)$")
  if socket then
    -- Kept connections are found by this name, which nobody else uses.
    base = "http://neurald"
    servers = upstream_list.create(rspamd_config, socket)
    return nil
  end
  local scheme, place, path = url:match("^(https?)://([^/?#]+)([^?#]*)$")
  if not scheme then
    return "url: http://HOST:PORT, https://HOST:PORT or unix:/PATH is needed"
  end
  base = scheme .. "://" .. place .. path:gsub("/+$", "")
  servers = upstream_list.create(rspamd_config, place,
      scheme == "https" and 443 or 80)
  if not servers then
    return string.format("url: %s is no address, or cannot be found", place)
  end
  return nil
end

-- Gives nil, or what is wrong.
local function configure(options)
  for name, value in pairs(options) do
    local known = OPTIONS[name]
    if not known then
      return name .. ": there is no such option"
    end
    local is_right, needed = known[1], known[2]
    if not is_right(value) then
      return string.format("%s: %s is needed", name, needed)
    end
    if name ~= "symbols" then
      settings[name] = value
    end
  end
  if not settings.url then
    return "url: the address of neurald is needed"
  end
  if settings.token then
    headers = { Authorization = "Bearer " .. settings.token }
  end
  return configure_symbols(options.symbols or {}) or configure_url(settings.url)
end

local function register()
  local parent = rspamd_config:register_symbol({
    name = "NEURALD_CHECK",
    type = "postfilter,callback",
    flags = "nostat",
    -- After postfilters that find something (0 to medium), before those that
    -- act on all that was found (high).
    priority = lua_util.symbols_priorities.medium + 1,
    callback = check,
  })
  for name, symbol in pairs(settings.symbols) do
    local id = rspamd_config:register_symbol({
      name = name,
      type = "virtual",
      flags = "nostat",
      parent = parent,
    })
    if id == -1 then
      rspamd_logger.errx(rspamd_config,
          "%s: the symbol %s belongs to another module; is rspamd's own neural module on?",
          N, name)
    end
    -- A weight in rspamd's groups comes before this one.
    rspamd_config:set_metric_symbol({
      name = name,
      score = symbol.weight,
      description = "What neurald makes of the message",
      group = "neural",
    })
  end
  rspamd_config:register_symbol({
    name = "NEURALD_LEARN",
    type = "idempotent,callback",
    flags = "nostat,explicit_disable,ignore_passthrough",
    callback = learn,
  })
end

local options = rspamd_config:get_all_opt(N)
if type(options) ~= "table" then
  rspamd_logger.infox(rspamd_config, "module is unconfigured")
  lua_util.disable_module(N, "config")
  return
end

local problem = configure(options)
if problem then
  rspamd_logger.errx(rspamd_config, "%s: %s; the module is off", N, problem)
  lua_util.disable_module(N, "config")
  return
end
register()
