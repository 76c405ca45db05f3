/** The two programs of others that the shop runs on. */
import { existsSync } from 'node:fs';
import path from 'node:path';

const INSTALL = {
  haproxy: 'apt-get install -y haproxy',
  'consul-template': 'go install github.com/hashicorp/consul-template@v0.41.1',
} as const;

export type NeededProgram = keyof typeof INSTALL;

// Debian keeps haproxy in /usr/sbin, which a plain user's PATH lacks.
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin'];

/** @returns one line for each program that is not there, with the way to install it. */
export function missingPrograms(): string[] {
  return (Object.keys(INSTALL) as NeededProgram[])
    .filter((name) => find(name) === undefined)
    .map((name) => `needs ${name} in PATH: ${INSTALL[name]}`);
}

/** @throws when the program is not there. */
export function pathOf(name: NeededProgram): string {
  const found = find(name);
  if (found === undefined) throw new Error(`${name} is not in PATH: ${INSTALL[name]}`);
  return found;
}

function find(name: string): string | undefined {
  const inPath = (process.env['PATH'] ?? '').split(path.delimiter);
  return [...inPath, ...SYSTEM_DIRECTORIES].map((each) => path.join(each, name)).find(existsSync);
}
