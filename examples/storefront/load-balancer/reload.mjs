// Loads the rendered configuration into a running HAProxy without losing a connection, and notes when it was done.
//
//   node reload.mjs DIRECTORY     the directory with haproxy.cfg, haproxy.pid and haproxy-master.sock
//
// consul-template runs this after each rendering. The new worker inherits the listening sockets of the old one, so nothing is
// refused in between. Before HAProxy runs there is nothing to reload.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 10_000;
const POLL_MS = 5;
const directory = path.resolve(process.argv[2] ?? '.');
const configuration = path.join(directory, 'haproxy.cfg');

/** One command to the master's socket. It is away for a moment while the master executes itself anew. */
function ask(command) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(path.join(directory, 'haproxy-master.sock'));
    socket.setEncoding('utf8').on('data', (text) => (answer += text));
    socket.once('error', () => resolve(''));
    socket.once('end', () => resolve(answer));
    socket.end(`${command}\n`);
  });
}

/** @returns the number of reloads, and the workers of each kind, or undefined when the master does not answer. */
async function processes() {
  const [current = '', old = ''] = (await ask('show proc')).split('# old workers');
  const reloads = /^\d+\s+master\s+(\d+)/m.exec(current)?.[1];
  if (reloads === undefined) return undefined;
  return { reloads: Number(reloads), current: workersIn(current), old: workersIn(old) };
}

function workersIn(text) {
  return [...text.matchAll(/^(\d+)\s+worker/gm)].map((match) => match[1]);
}

/** Whether an old worker still takes new connections. */
async function isAccepting(worker) {
  return /^Stopping: 0/m.test(await ask(`@!${worker} show info`));
}

async function waitForReload(before) {
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const now = await processes();
    if (now !== undefined && now.reloads > before.reloads && now.current.length > 0) {
      const accepting = await Promise.all(now.old.map(isAccepting));
      if (!accepting.includes(true)) return;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`HAProxy did not load the configuration within ${LIMIT_MS} ms`);
}

const pidFile = path.join(directory, 'haproxy.pid');
if (fs.existsSync(pidFile)) {
  // A configuration that does not parse must not replace one that works.
  execFileSync('haproxy', ['-c', '-q', '-f', configuration], { stdio: 'inherit' });
  const before = await processes();
  if (before === undefined) throw new Error("HAProxy's master does not answer");
  const master = /^(\d+)\s+master/m.exec(await ask('show proc'))?.[1];
  process.kill(Number(master), 'SIGUSR2');
  await waitForReload(before);
  const backEnds = [...fs.readFileSync(configuration, 'utf8').matchAll(/^ {2}server (\S+)/gm)].map(
    (match) => match[1],
  );
  fs.appendFileSync(
    path.join(directory, 'reloads.jsonl'),
    `${JSON.stringify({ atMs: Date.now(), backEnds })}\n`,
  );
}
