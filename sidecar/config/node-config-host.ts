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
      for (const { address, family, internal } of entries ?? []) {
        const bare = address.split('%')[0]!;
        addresses.push({
          interfaceName,
          address: bare,
          family: family === 'IPv6' ? 6 : 4,
          loopback: internal,
        });
      }
    }
    return addresses;
  },
};
