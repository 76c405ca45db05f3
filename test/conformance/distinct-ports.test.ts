import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const PRELOAD = path.join(import.meta.dirname, 'distinct-ports.ts');
const ASKED = 300;

/** What the runner does: listens on 0, closes, and keeps the number. */
const PROGRAM = `
  const net = require('node:net');
  const ports = [];
  const ask = () => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      ports.push(server.address().port);
      server.close(() => (ports.length < ${ASKED} ? ask() : console.log(JSON.stringify(ports))));
    });
  };
  ask();
`;

it('gives a program no port twice, and none that the system gives to others', () => {
  const out = execFileSync(process.execPath, ['--import', PRELOAD, '-e', PROGRAM], {
    encoding: 'utf8',
  });
  const ports = JSON.parse(out) as number[];
  expect(new Set(ports).size).toBe(ASKED);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});
