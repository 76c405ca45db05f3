import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AgentConfig } from './config/agent-config.ts';
import { LogHub, type LogLevel, Logger } from './lib/log.ts';
import { writeLog } from './log-output.ts';

let directory: string;
let level: LogLevel;
let streams: { stdout: PassThrough; stderr: PassThrough };
let log: Logger;
let close: () => void;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-log-output-'));
  level = 'info';
  streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const hub = new LogHub();
  log = new Logger(hub, 'agent');
  const file = path.join(directory, 'agent.log');
  const rotation = { rotateMs: 86_400_000, rotateBytes: 0, rotateMaxFiles: 0 };
  const current = () =>
    ({ log: { json: false, file, ...rotation, level, syslog: null } }) as unknown as AgentConfig;
  close = writeLog(current, hub, streams);
});
afterEach(() => {
  vi.restoreAllMocks();
  close();
  fs.rmSync(directory, { recursive: true });
});
const said = (stream: PassThrough): string => String(stream.read() ?? '');

it('the level may change while it runs', () => {
  log.debug('one');
  level = 'debug';
  log.debug('two');
  expect(said(streams.stdout)).toMatch(/^\S+ \[DEBUG\] agent: two\n$/);
});

it('a file that takes no more is told once, and ends nothing', () => {
  const write = vi.spyOn(fs, 'writeSync').mockImplementation(() => {
    throw new Error('ENOSPC: no space left on device, write');
  });
  log.info('one');
  log.info('two');
  expect(said(streams.stderr).match(/ENOSPC/g)).toHaveLength(1);
  expect(said(streams.stdout).split('\n')).toHaveLength(3);
  write.mockRestore();
  log.info('three');
  expect(fs.readFileSync(path.join(directory, 'agent.log'), 'utf8')).toContain('three');
});
