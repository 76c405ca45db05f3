/**
 * Prometheus: its own discovery finds what it has to scrape in the catalog, and it scrapes the agent.
 *
 * Debian builds Prometheus without Consul's discovery, so a small Go program runs that package with the configuration of `consul_sd_configs`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { freePorts } from '../../support/free-ports.ts';
import { AgentProcess } from '../agent-process.ts';
import { lictor } from '../run-to-end.ts';
import { Daemon } from './daemon.ts';
import { buildGoProgram } from './install-packages.ts';

let agent: AgentProcess;
const daemons: Daemon[] = [];
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-prometheus-'));

beforeAll(async () => {
  agent = await AgentProcess.start({ program: lictor });
});
afterAll(async () => {
  for (const daemon of daemons) await daemon.stop();
  await agent?.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});

function start(program: string, config: string, args: (file: string) => string[]): Daemon {
  const file = path.join(directory, `${path.basename(program)}.yml`);
  fs.writeFileSync(file, config);
  const daemon = new Daemon(program, args(file), directory);
  daemons.push(daemon);
  return daemon;
}

type Labels = Readonly<Record<string, string>>;

/** The last set of targets that the discovery printed which satisfies `isWanted`. */
function discovered(daemon: Daemon, isWanted: (targets: Labels[]) => boolean): Promise<Labels[]> {
  return daemon.until(async () => {
    const lines = daemon.words.split('\n').filter((line) => line.startsWith('['));
    const targets = JSON.parse(lines.at(-1) ?? 'null') as Labels[] | null;
    return targets !== null && isWanted(targets) ? targets : undefined;
  });
}

function register(id: string, tags: string[], port: number): Promise<string> {
  const body = { ID: id, Name: 'api', Address: '127.0.0.1', Port: port, Tags: tags };
  return agent.put('/v1/agent/service/register', { ...body, Meta: { team: 'blue' } });
}

it('targets are the tagged instances with their labels, and go with them', async () => {
  const program = await buildGoProgram(path.join(import.meta.dirname, 'prometheus-sd'));
  await register('api-1', ['metrics', 'v2'], 9001);
  await register('api-2', ['quiet'], 9002);
  const config = `{ server: '127.0.0.1:${agent.http}', tags: [metrics], refresh_interval: 1s }`;
  const discovery = start(program, config, (file) => [file]);
  const targets = await discovered(discovery, (found) => found.length > 0);
  expect(targets).toEqual([
    expect.objectContaining({
      __address__: '127.0.0.1:9001',
      __meta_consul_dc: 'dc1',
      __meta_consul_health: 'passing',
      __meta_consul_node: 'interop',
      __meta_consul_service: 'api',
      __meta_consul_service_id: 'api-1',
      __meta_consul_service_metadata_team: 'blue',
      __meta_consul_tags: ',metrics,v2,',
    }),
  ]);
  await agent.put('/v1/agent/service/deregister/api-1', '');
  await discovered(discovery, (found) => found.length === 0);
});

it('scrapes the agent, whose exposition it understands', async () => {
  const [port = 0] = await freePorts(1);
  const config = `
scrape_configs:
  - job_name: agent
    scrape_interval: 1s
    metrics_path: /v1/agent/metrics
    params: { format: [prometheus] }
    static_configs: [{ targets: ['127.0.0.1:${agent.http}'] }]
`;
  const prometheus = start(requireProgram(PROGRAMS.prometheus), config, (file) => [
    `--config.file=${file}`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const value = await prometheus.until(async () => {
    const query = encodeURIComponent('{job="agent",__name__=~"consul_.*"}');
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${query}`);
    const { data } = (await answer.json()) as { data: { result: unknown[] } };
    return data.result.length > 0 ? data.result.length : undefined;
  });
  expect(value).toBeGreaterThan(0);
});
