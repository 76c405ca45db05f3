/** Ports and paths of one run, and the configuration files with these filled in. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The example's own files, as they stand in the repository. */
export const services = (file: string): string => path.join(EXAMPLE, 'services', file);

const PORT_NAMES = [
  'HTTP',
  'DNS',
  'SERVER',
  'SERF_LAN',
  'SERF_WAN',
  'API_1',
  'API_2',
  'STOREFRONT',
  'SHOP',
  'PRICES',
] as const;

export type PortName = (typeof PORT_NAMES)[number];

export interface Settings {
  readonly directory: string;
  readonly ports: Readonly<Record<PortName, number>>;
}

/** Picks free ports. Another program may take one before it is used; the example then fails and says so. */
export async function pickPorts(): Promise<Record<PortName, number>> {
  const servers = await Promise.all(PORT_NAMES.map(listenAnywhere));
  const ports = servers.map((each) => (each.address() as net.AddressInfo).port);
  await Promise.all(servers.map((each) => new Promise((resolve) => each.close(resolve))));
  return Object.fromEntries(PORT_NAMES.map((name, i) => [name, ports[i]])) as Record<
    PortName,
    number
  >;
}

/** Copies agent.d and the load balancer's files into the run's directory, with @NAME@ replaced by what it is in this run. */
export function writeConfiguration(settings: Settings): void {
  const values: Record<string, string> = {
    DIRECTORY: settings.directory,
    EXAMPLE,
    NODE: process.execPath,
    ...Object.fromEntries(
      Object.entries(settings.ports).map(([name, port]) => [`${name}_PORT`, String(port)]),
    ),
  };
  const copy = (from: string, to: string): void => {
    const text = readFileSync(path.join(EXAMPLE, from), 'utf8').replaceAll(
      /@([A-Z0-9_]+)@/g,
      (whole, name: string) => {
        const value = values[name];
        if (value === undefined) throw new Error(`${from}: ${whole} is not known`);
        return value;
      },
    );
    writeFileSync(path.join(settings.directory, to), text);
  };
  mkdirSync(path.join(settings.directory, 'agent.d'), { recursive: true });
  for (const file of readdirSync(path.join(EXAMPLE, 'agent.d')))
    copy(`agent.d/${file}`, `agent.d/${file}`);
  for (const file of ['haproxy.cfg.ctmpl', 'consul-template.hcl'])
    copy(`load-balancer/${file}`, file);
}

function listenAnywhere(): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  });
}
