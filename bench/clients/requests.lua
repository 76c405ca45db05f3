-- One script for every HTTP measure. Arguments after "--":
--   METHOD PATH COUNT RUN BODY   PATH holds %d, which becomes a number below COUNT, another one for each request;
--                                BODY too, and %u, which differs for each request; it may be empty
-- A PUT carries a value that no earlier request of any run carried: equal overwrites cost a store nothing.
-- Prints one line of JSON when the run ends; latencies are in microseconds.

local method, path, count, run, template
local state, sent = 1, 0
local padding = string.rep('v', 48)

function init(args)
  method, path, count, run, template = args[1], args[2], tonumber(args[3]), args[4], args[5]
end

function request()
  -- Lehmer's generator: deterministic, and its products stay below 2^53, which a Lua number holds exactly.
  state = state * 48271 % 2147483647
  sent = sent + 1
  local body = nil
  if method == 'PUT' then
    body = run .. '-' .. sent .. '-' .. padding
    if template ~= '' then
      body = string.gsub(string.gsub(template, '%%d', tostring(state % count)), '%%u', run .. '-' .. sent)
    end
  end
  return wrk.format(method, (string.gsub(path, '%%d', tostring(state % count))), nil, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"badStatus":%d,"socketErrors":%d,"timeouts":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
