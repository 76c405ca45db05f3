/** The agent as a service of its host: HTTPS, certificates that are renewed, configuration that reloads itself, its log, its signals. */
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePorts } from '../support/free-ports.ts';
import { LictorProcesses, type LictorProcess } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
let agent: LictorProcess;
let directory: string;
let httpsPort = 0;
const file = (name: string): string => path.join(directory, name);

beforeAll(async () => {
  directory = processes.temporaryDirectory();
  await makeCertificates();
  [httpsPort = 0] = await freePorts(1);
  fs.mkdirSync(file('conf'));
  const tls = { https: { cert_file: file('cert.pem'), key_file: file('key.pem') } };
  const log = { log_file: `${directory}/log/`, log_rotate_bytes: 200, log_rotate_max_files: 2 };
  const config = {
    data_dir: file('data'),
    server: true,
    bootstrap: true,
    auto_reload_config: true,
  };
  write('conf/agent.json', { ...config, ...log, tls, ports: { https: httpsPort } });
  const flags = [`-config-dir=${file('conf')}`, '-bind=127.0.0.1', '-node=n1'];
  agent = await processes.start('agent', flags);
});
afterAll(() => processes.stopAll());

function write(name: string, content: object): void {
  fs.writeFileSync(file(name), JSON.stringify(content));
}

/** `lictor tls` makes them, as a user would. */
async function makeCertificates(): Promise<void> {
  const make = async (...args: string[]): Promise<void> => {
    const run = await processes.run(['tls', ...args], undefined, { cwd: directory });
    expect(run.code, run.stderr).toBe(0);
  };
  if (!fs.existsSync(file('consul-agent-ca.pem'))) await make('ca', 'create');
  const before = new Set(fs.readdirSync(directory));
  await make('cert', 'create', '-server', '-additional-ipaddress=127.0.0.1');
  for (const name of fs.readdirSync(directory).filter((each) => !before.has(each))) {
    fs.renameSync(file(name), file(name.endsWith('-key.pem') ? 'key.pem' : 'cert.pem'));
  }
}

/** @returns the status and the serial number of the certificate that was shown */
function getOverTLS(): Promise<{ status: number | undefined; serial: string }> {
  return new Promise((resolve, reject) => {
    const ca = fs.readFileSync(file('consul-agent-ca.pem'));
    const target = { host: '127.0.0.1', port: httpsPort, path: '/v1/status/leader', ca };
    https
      .get({ ...target, agent: false }, (response) => {
        const socket = response.socket as import('node:tls').TLSSocket;
        const serial = socket.getPeerCertificate().serialNumber;
        response.resume().on('end', () => resolve({ status: response.statusCode, serial }));
      })
      .on('error', reject);
  });
}

describe('HTTPS', () => {
  it('answers, with the certificate that the configuration names', async () => {
    expect((await getOverTLS()).status).toBe(200);
  });

  it('shows a renewed certificate without a restart', async () => {
    const { serial } = await getOverTLS();
    await makeCertificates();
    await vi.waitFor(async () => expect((await getOverTLS()).serial).not.toBe(serial), 8000);
  });
});

describe('auto_reload_config', () => {
  it('takes a new file', async () => {
    write('conf/web.json', { service: { name: 'web', port: 80 } });
    await vi.waitFor(async () => {
      const answer = await fetch(`${agent.base}/v1/agent/services`);
      expect(await answer.json()).toHaveProperty('web');
    }, 8000);
  });

  it('says what is wrong with a broken one, and keeps what it had', async () => {
    fs.writeFileSync(file('conf/broken.json'), '{"service": ');
    await vi.waitFor(() => expect(agent.words).toContain('Failed to reload'), 8000);
    const answer = await fetch(`${agent.base}/v1/agent/services`);
    expect(await answer.json()).toHaveProperty('web');
    fs.rmSync(file('conf/broken.json'));
  });

  it('names what takes a restart', async () => {
    write('conf/other.json', { rejoin_after_leave: true });
    await vi.waitFor(() => expect(agent.words).toContain('rejoin_after_leave changed'), 8000);
    fs.rmSync(file('conf/other.json'));
  });
});

it('the log file is rotated, and old ones go', () => {
  const names = fs.readdirSync(file('log'));
  expect(names).toContain('consul.log');
  expect(names.length).toBeGreaterThan(1);
  expect(names.length).toBeLessThanOrEqual(3);
});

it('SIGTERM ends a server without leaving', async () => {
  agent.signal('SIGTERM');
  const ended = await agent.ended();
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('Graceful shutdown disabled');
});
