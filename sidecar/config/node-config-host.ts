import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import type { ConfigHost, InterfaceAddress } from './config-host.ts';

/** The machine that this process runs on. */
export const nodeConfigHost: ConfigHost = {
  readFile: (path) => readFileSync(path, 'utf8'),
  readDirectory: (path) => readdirSync(path),
  kindOf(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'directory' : 'file';
  },
  hostname,
  interfaceAddresses() {
    const addresses: InterfaceAddress[] = [];
    for (const [interfaceName, entries] of Object.entries(networkInterfaces())) {
      for (const { address, family, internal, cidr } of entries ?? []) {
        const bare = address.split('%')[0]!;
        addresses.push({
          interfaceName,
          address: bare,
          family: family === 'IPv6' ? 6 : 4,
          loopback: internal,
          ...(cidr === null ? {} : { prefixBits: Number(cidr.slice(cidr.indexOf('/') + 1)) }),
        });
      }
    }
    return addresses;
  },
  defaultInterface: () => defaultRouteOf(routingTable()),
};

/** Of Linux; other systems do not have it in a file. */
function routingTable(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8');
  } catch {
    return '';
  }
}

/** @param table lines of name, destination, gateway, flags ... mask in hexadecimal (proc(5), /proc/net/route) */
export function defaultRouteOf(table: string): string | undefined {
  const routes = table.split('\n').map((line) => line.trim().split(/\s+/));
  return routes.find(([, destination, , , , , , mask]) => destination === ANY && mask === ANY)?.[0];
}

const ANY = '00000000';
