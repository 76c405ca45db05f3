/** Every flag that Consul's help names is a flag of ours, command by command, and every command is there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { lictor } from '../run-to-end.ts';

const run = promisify(execFile);

/** Where nothing is done, no flags are taken: the one line says why. */
const DOES_NOTHING = /is not built|has no meaning in Lictor/;

/** Flags that mean nothing here. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  // hcdiag, a program of HashiCorp's, would be run.
  debug: ['since'],
  // Profiles are those of Go's runtime.
  'connect proxy': ['pprof-addr'],
  // A login that signs a request to Amazon itself; -bearer-token-file takes one that is signed.
  login: [
    'aws-access-key-id',
    'aws-auto-bearer-token',
    'aws-include-entity',
    'aws-region',
    'aws-secret-access-key',
    'aws-server-id-header-value',
    'aws-session-token',
    'aws-sts-endpoint',
  ],
};

async function helpOf(program: string, command: readonly string[]): Promise<string> {
  // A group's help ends with another code than a command's.
  const { stdout, stderr } = await run(program, [...command, '-h']).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return stdout + stderr;
}

/** The commands below `path` that do something, as Consul's own help lists them. */
async function leaves(program: string, path: readonly string[]): Promise<string[][]> {
  const help = await helpOf(program, path);
  const list = /^(?:Subcommands|Available commands are):\n((?: {4}.*\n?)+)/m.exec(help)?.[1];
  if (list === undefined) return [[...path]];
  const names = [...list.matchAll(/^ {4}(\S+)/gm)].map(([, name]) => name!);
  const below = await Promise.all(names.map((name) => leaves(program, [...path, name])));
  return below.flat();
}

const flagsIn = (help: string): string[] =>
  [...help.matchAll(/^ {2}-([a-z0-9-]+)/gm)].map(([, name]) => name!);

const consul = requireProgram(PROGRAMS.consul);
const commands = await leaves(consul, []);

describe('the help of Consul', () => {
  it('names commands by the hundred', () => {
    expect(commands.length).toBeGreaterThan(100);
  });

  it.each(commands.map((command) => [command.join(' '), command] as const))(
    '%s: each flag is one of ours',
    async (name, command) => {
      const [theirs, ours] = await Promise.all([helpOf(consul, command), helpOf(lictor, command)]);
      expect(ours).toMatch(/^Usage:/m);
      if (DOES_NOTHING.test(ours)) return;
      const known = new Set([...flagsIn(ours), ...(WITHOUT[name] ?? [])]);
      expect(flagsIn(theirs).filter((flag) => !known.has(flag))).toEqual([]);
    },
  );
});
