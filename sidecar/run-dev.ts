/**
 * `lictor dev`: a datacenter and an agent for one developer, with state that is kept under .lictor/.
 *
 * It takes the options of `lictor agent` too; `--fresh` drops the state first.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Agent } from './agent.ts';
import { type AgentProcess, runAgent } from './run-agent.ts';

export const DEV_HELP = `Usage: lictor dev [--fresh] [options of "lictor agent"]

  Starts a datacenter and an agent on this machine, on loopback only. State is kept in .lictor/ below the current
  directory; --fresh drops it first.

  --fresh               Start with an empty datacenter.
  -http-port=8500       Port of the HTTP API.
  -dns-port=8600        Port of the DNS interface.
  -server-port=8300     Port of the control plane.
  -config-dir=DIR       Service files and further configuration, as for "lictor agent".
`;

export async function runDev(args: readonly string[], surroundings: AgentProcess): Promise<number> {
  const dataDir = path.join(surroundings.cwd, '.lictor');
  const isFresh = (arg: string): boolean => /^--?fresh(=true)?$/.test(arg);
  if (args.some(isFresh))
    fs.rmSync(path.join(dataDir, 'control-plane'), { recursive: true, force: true });
  fs.mkdirSync(dataDir, { recursive: true });
  // Its own little ignore file: a state directory has no business in somebody's repository.
  fs.writeFileSync(path.join(dataDir, '.gitignore'), '*\n');
  const given = args.filter((arg) => !isFresh(arg));
  const defaults = [
    `-data-dir=${dataDir}`,
    '-server',
    '-bootstrap',
    '-bind=127.0.0.1',
    '-log-level=warn',
  ];
  return runAgent([...defaults, ...given], surroundings, renderBanner);
}

function renderBanner(agent: Agent, startedInMs: number): string {
  const { config, dataDir } = agent;
  const { http, dns, server } = config.ports;
  const host = config.clientAddresses[0] ?? '127.0.0.1';
  const curl = http === 8500 ? 'localhost:8500' : `localhost:${http}`;
  const env = http === 8500 ? '' : `CONSUL_HTTP_ADDR=127.0.0.1:${http} `;
  return `
  Lictor is ready (${Math.round(startedInMs)} ms)     datacenter ${config.datacenter}, node ${config.nodeName}

    HTTP API        http://${host}:${http}/v1/
    DNS             ${host}:${dns} (UDP and TCP), zone ${config.dns.domain}
    control plane   http://127.0.0.1:${server} (workerd)
    state           ${dataDir} (kept; "lictor dev --fresh" drops it)

  Try these next, in another terminal:

    ${env}bin/lictor kv put hello world
    curl ${curl}/v1/kv/hello
    dig @127.0.0.1 -p ${dns} consul.service.consul. ANY

  Ctrl-C stops everything.

`;
}
