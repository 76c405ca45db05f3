/** Where the parts of an installation lie: a checkout, or a bundle with its own Node. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of the built programs. */
const DIST = path.dirname(fileURLToPath(import.meta.url));

export function workerFile(): string {
  return path.join(DIST, 'worker.js');
}

/** What a user calls. */
export function programFile(): string {
  return path.join(DIST, '..', 'bin', 'lictor');
}

/** @throws Error that says what is missing */
export function workerdBinary(): string {
  const bundled = path.join(DIST, '..', 'workerd', 'bin', 'workerd');
  if (fs.existsSync(bundled)) return bundled;
  const platform = process.arch === 'arm64' ? 'linux-arm64' : 'linux-64';
  const name = process.platform === 'darwin' ? platform.replace('linux', 'darwin') : platform;
  try {
    return createRequire(import.meta.url).resolve(`@cloudflare/workerd-${name}/bin/workerd`);
  } catch {
    throw new Error(
      `workerd for ${process.platform} ${process.arch} is not installed: run npm ci in ${path.join(DIST, '..')}, ` +
        'or give the agent an edge_url instead of an embedded control plane',
    );
  }
}
