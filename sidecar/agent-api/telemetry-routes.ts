/**
 * Numbers and log lines of the agent (agent/agent_endpoint.go AgentMetrics, AgentMetricsStream,
 * AgentMonitor).
 */
import { HTTPError } from '../../http-api/http-error.ts';
import { JSON_TYPE, renderValue } from '../../http-api/render.ts';
import type { Handler, Route } from '../../http-api/route.ts';
import { LOG_LEVELS, renderLogJSON, renderLogLine } from '../lib/log.ts';
import { PLAIN } from './responses.ts';
import { streamText } from './text-stream.ts';
import type { AgentAPIDeps } from './deps.ts';
import { guard } from './rights.ts';

/** The exposition format's own type (Prometheus, "Exposition formats"). */
const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The two streams last until the client goes away; each line of them is whole, so a reader may
 * split at newlines.
 */
export function telemetryRoutes({ agent, rights }: AgentAPIDeps): Route[] {
  const reading = (handler: Handler): Handler => guard(rights, 'agent', 'read', handler);
  return [
    {
      path: '/v1/agent/metrics',
      methods: {
        GET: reading(async (request) => {
          await agent.metrics.refresh();
          if (request.query.get('format') !== 'prometheus') {
            return renderValue(request, agent.metrics.summary());
          }
          const text = agent.metrics.prometheus();
          if (text !== null) {
            return { status: 200, headers: { 'Content-Type': PROMETHEUS_TYPE }, body: text };
          }
          const reason = 'Prometheus is not enabled since its retention time is not positive';
          const headers = { 'Content-Type': JSON_TYPE, 'X-Consul-Reason': reason };
          return { status: 200, headers, body: '' };
        }),
      },
    },
    {
      path: '/v1/agent/metrics/stream',
      methods: {
        GET: reading((request) => {
          const body = streamText(
            (send) => agent.metrics.listen((summary) => send(`${JSON.stringify(summary)}\n`)),
            request.signal,
          );
          return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body };
        }),
      },
    },
    {
      path: '/v1/agent/monitor',
      methods: {
        GET: reading((request) => {
          const asked = request.query.get('loglevel') || 'info';
          const level = LOG_LEVELS.find((known) => known === levelName(asked));
          if (level === undefined) throw new HTTPError(400, `Unknown log level: ${asked}`);
          const render = request.query.has('logjson') ? renderLogJSON : renderLogLine;
          const body = streamText(
            (send) => agent.logs.listen(level, (entry) => send(`${render(entry)}\n`)),
            request.signal,
          );
          return { status: 200, headers: { 'Content-Type': PLAIN }, body };
        }),
      },
    },
  ];
}

/** Consul also takes the short name of an error. */
function levelName(asked: string): string {
  const name = asked.toLowerCase();
  return name === 'err' ? 'error' : name;
}
