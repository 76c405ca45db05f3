/** Syslog by the real `logger`, to a daemon's socket. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { openSyslog } from '../../sidecar/lib/syslog.ts';

/** A daemon that takes two messages: Node has no unix datagram socket. */
const DAEMON = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1]); s.settimeout(20)
print('ready', flush=True)
for _ in range(2): print(s.recv(4096).decode(), flush=True)
`;

it('severity, facility, tag and process stand in what the daemon gets', async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-syslog-'));
  const socket = path.join(directory, 'log');
  const daemon = spawn(requireProgram(PROGRAMS.python), ['-c', DAEMON, socket]);
  let heard = '';
  const ended = new Promise((resolve) => daemon.once('close', resolve));
  try {
    const ready = new Promise<void>((resolve) =>
      daemon.stdout.on('data', (chunk) => {
        heard += String(chunk);
        resolve();
      }),
    );
    await ready;
    const syslog = openSyslog(
      { facility: 'LOCAL3', collector: undefined, complain: expect.fail },
      { program: 'logger', sockets: [socket] },
    );
    const at = new Date();
    syslog.write({ at, level: 'warn', name: 'agent', text: 'first' });
    syslog.write({ at, level: 'info', name: 'agent.dns', text: 'second' });
    syslog.close();
    await ended;
  } finally {
    daemon.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
  const [, warning = '', info = ''] = heard.split('\n');
  expect(warning).toMatch(new RegExp(`^<156>.* consul\\[${process.pid}\\]: agent: first$`));
  expect(info).toMatch(new RegExp(`^<158>.* consul\\[${process.pid}\\]: agent\\.dns: second$`));
});
