import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogEntry, LogLevel } from './log.ts';
import { openSyslog, SYSLOG_FACILITIES } from './syslog.ts';

const entry = (level: LogLevel, text = 'told'): LogEntry => ({
  at: new Date('2026-01-02T03:04:05.678Z'),
  level,
  name: 'agent.dns',
  text,
});

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const each of cleanUp.splice(0)) each();
});

describe('a collector', () => {
  it.each<[string, LogLevel, number]>([
    ['LOCAL0', 'error', 131],
    ['LOCAL0', 'warn', 132],
    ['LOCAL7', 'info', 190],
    ['DAEMON', 'debug', 31],
    ['KERN', 'trace', 7],
  ])('gets RFC 5424 for %s and %s', async (facility, level, priority) => {
    const socket = dgram.createSocket('udp4');
    cleanUp.push(() => socket.close());
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const collector = { host: '127.0.0.1', port: socket.address().port };
    const syslog = openSyslog({ facility, collector, complain: expect.fail });
    cleanUp.push(() => syslog.close());
    syslog.write(entry(level));
    const [datagram] = (await once(socket, 'message')) as [Buffer];
    expect(String(datagram)).toBe(
      `<${priority}>1 2026-01-02T03:04:05.678Z ${os.hostname()} consul ${process.pid} - - agent.dns: told`,
    );
  });

  it('gets no datagram that it need not take', async () => {
    const socket = dgram.createSocket('udp4');
    cleanUp.push(() => socket.close());
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const collector = { host: '127.0.0.1', port: socket.address().port };
    const syslog = openSyslog({ facility: 'USER', collector, complain: expect.fail });
    cleanUp.push(() => syslog.close());
    syslog.write(entry('info', 'x'.repeat(10_000)));
    const [datagram] = (await once(socket, 'message')) as [Buffer];
    expect(datagram).toHaveLength(2048);
  });
});

describe('the local daemon', () => {
  /** Stands for `logger`: writes its arguments and what it is told into a file. */
  function fakeLogger(rest = ''): { directory: string; program: string; said: () => string } {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-syslog-'));
    cleanUp.push(() => fs.rmSync(directory, { recursive: true }));
    const program = path.join(directory, 'logger');
    fs.writeFileSync(
      program,
      `#!/bin/sh\n${rest}\necho "$@" > ${directory}/out\ncat >> ${directory}/out\n`,
      {
        mode: 0o755,
      },
    );
    fs.writeFileSync(path.join(directory, 'log'), '');
    return { directory, program, said: () => fs.readFileSync(`${directory}/out`, 'utf8') };
  }

  it('is reached through logger, a line an entry', async () => {
    const { directory, program, said } = fakeLogger();
    const sockets = [path.join(directory, 'none'), path.join(directory, 'log')];
    const options = { facility: 'LOCAL3', collector: undefined, complain: expect.fail };
    const syslog = openSyslog(options, { program, sockets });
    syslog.write(entry('info'));
    syslog.write(entry('error', 'two\nlines'));
    syslog.close();
    const args = `--prio-prefix --tag=consul --id=${process.pid} --socket=${directory}/log`;
    await vi.waitFor(() =>
      expect(said()).toBe(`${args}\n<158>agent.dns: told\n<155>agent.dns: two lines\n`),
    );
  });

  it('a logger that is not there, or dies, is told of once', async () => {
    const { directory, program } = fakeLogger('exit 3');
    const sockets = [path.join(directory, 'log')];
    for (const [name, words] of [
      [program, 'ended with 3'],
      [`${program}-missing`, 'cannot run'],
    ] as const) {
      const complaints: string[] = [];
      const complain = (text: string): void => void complaints.push(text);
      const options = { facility: 'LOCAL0', collector: undefined, complain };
      const syslog = openSyslog(options, { program: name, sockets });
      syslog.write(entry('info'));
      await vi.waitFor(() => expect(complaints).toHaveLength(1));
      expect(complaints[0]).toMatch(new RegExp(`${words}|takes no more`));
      syslog.write(entry('info'));
      syslog.close();
      expect(complaints).toHaveLength(1);
    }
  });

  it('is refused where none listens', () => {
    const options = { facility: 'LOCAL0', collector: undefined, complain: expect.fail };
    expect(() => openSyslog(options, { program: 'logger', sockets: ['/none'] })).toThrow(
      'Syslog setup error: no syslog daemon listens on /none',
    );
  });
});

it('knows the facilities that Consul does', () => {
  expect([...SYSLOG_FACILITIES.keys()]).toHaveLength(20);
});
