/** The agent as a unit of `Type=notify`: what systemd's socket hears, through the real `systemd-notify`. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { LictorProcesses } from '../support/lictor-process.ts';

const WAIT = { timeout: 15_000, interval: 20 };

/** Stands for the service manager until it is killed: Node has no unix datagram socket. */
const MANAGER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True: print(s.recv(4096).decode().replace(chr(10), ' '), flush=True)
`;

const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

it('is told when the agent is ready, reloads and stops, each once and in the name of its process', async () => {
  requireProgram(PROGRAMS.systemdNotify);
  const socket = path.join(processes.temporaryDirectory(), 'notify');
  const manager = spawn(requireProgram(PROGRAMS.python), ['-c', MANAGER, socket]);
  try {
    let heard = '';
    manager.stdout.on('data', (chunk) => (heard += String(chunk)));
    await vi.waitFor(() => expect(heard).toBe('listening\n'), WAIT);
    const agent = await processes.spawn('agent', ['-dev'], {
      env: { ...process.env, NOTIFY_SOCKET: socket },
    });
    await vi.waitFor(() => expect(heard).toContain('READY=1'), WAIT);
    // Ready means ready: not a moment before the agent answers.
    expect((await fetch(`${agent.base}/v1/status/leader`)).status).toBe(200);
    agent.signal('SIGHUP');
    await vi.waitFor(() => expect(heard.match(/READY=1/g)).toHaveLength(2), WAIT);
    agent.signal('SIGTERM');
    await agent.ended();
    await vi.waitFor(() => expect(heard).toContain('STOPPING=1'), WAIT);
    const states = heard.match(/(READY|RELOADING|STOPPING)=1/g);
    expect(states).toEqual(['READY=1', 'RELOADING=1', 'READY=1', 'STOPPING=1']);
    const processesNamed = new Set(heard.match(/MAINPID=\d+/g));
    expect([...processesNamed]).toEqual([`MAINPID=${agent.pid}`]);
  } finally {
    manager.kill('SIGKILL');
  }
});
