import { resolve } from 'node:path';
import type { AgentConfig } from '../agent-config.ts';
import type { BuildContext } from './build-context.ts';

type ModePart = Pick<
  AgentConfig,
  | 'server'
  | 'bootstrap'
  | 'controlPlane'
  | 'edgeURL'
  | 'edgeToken'
  | 'leaveOnTerminate'
  | 'skipLeaveOnInterrupt'
  | 'leaveDrainMs'
>;

/** What the agent is in its datacenter, and how it finds the control plane. */
export function buildMode(context: BuildContext): ModePart {
  const { raw } = context;
  const edgeURL = readEdgeURL(context);
  const onEdge = edgeURL !== '';
  const server = raw.server ?? context.dev;
  const bootstrap = readBootstrap(context, server);
  if (onEdge && bootstrap) {
    context.fail(
      'edge_url',
      "'edge_url' and 'bootstrap = true' are mutually exclusive",
      'a datacenter has one control plane',
    );
  }
  return {
    server,
    bootstrap,
    controlPlane: onEdge ? 'edge' : bootstrap || context.dev ? 'embedded' : 'joined',
    edgeURL,
    edgeToken: readEdgeToken(context),
    // A server that goes down for a restart should not leave; a client may.
    leaveOnTerminate: raw.leave_on_terminate ?? !server,
    skipLeaveOnInterrupt: raw.skip_leave_on_interrupt ?? server,
    leaveDrainMs: context.ms(raw.performance?.leave_drain_time, '5s'),
  };
}

function readBootstrap(context: BuildContext, server: boolean): boolean {
  const { bootstrap = false, bootstrap_expect: expect = 0 } = context.raw;
  const fail = (message: string, hint?: string) => context.fail('bootstrap_expect', message, hint);
  if (bootstrap && !server)
    context.fail('bootstrap', "'bootstrap = true' requires 'server = true'");
  if (expect === 0) return bootstrap;
  if (expect < 0) {
    fail(`bootstrap_expect cannot be ${expect}. Must be greater than or equal to zero`);
  } else if (!server) fail("'bootstrap_expect > 0' requires 'server = true'");
  else if (context.dev) fail("'bootstrap_expect > 0' not allowed in dev mode");
  else if (bootstrap && expect > 1)
    fail("'bootstrap_expect > 0' and 'bootstrap = true' are mutually exclusive");
  else if (expect > 1) {
    fail(
      `bootstrap_expect = ${expect} is not supported: a datacenter has one control plane, ` +
        `not a quorum of servers`,
      'set bootstrap = true on one agent and retry_join on the others, ' +
        'or deploy to the edge and set edge_url on every agent',
    );
  } else context.warn('BootstrapExpect is set to 1; this is the same as Bootstrap mode.');
  return bootstrap || expect === 1;
}

function readEdgeURL(context: BuildContext): string {
  const text = context.raw.edge_url ?? '';
  if (text === '') return '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    context.fail(
      'edge_url',
      `not an http or https URL: ${JSON.stringify(text)}`,
      'for example https://lictor.example.workers.dev',
    );
  } else if (url.username !== '' || url.password !== '') {
    context.fail(
      'edge_url',
      'must not hold a user name or password',
      'use edge_token or edge_token_file',
    );
  }
  return text.replace(/\/+$/, '');
}

/** The token itself; its file is read at start and at each reload, so a new one is picked up. */
function readEdgeToken(context: BuildContext): string {
  const { edge_token: token = '', edge_token_file: file = '' } = context.raw;
  if (file === '') return token;
  if (token !== '') {
    context.fail('edge_token_file', "'edge_token' and 'edge_token_file' are mutually exclusive");
    return token;
  }
  try {
    const text = context.host.readFile(resolve(context.cwd, file)).trim();
    if (text === '') context.fail('edge_token_file', `${file} is empty`);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.fail('edge_token_file', `cannot be read: ${reason}`);
    return '';
  }
}
