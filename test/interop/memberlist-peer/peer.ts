/** The Go program beside this file, built once and driven by lines. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';

export const MEMBERLIST_VERSIONS = { '0.7.0': 'go.mod', '0.5.4': 'memberlist-0-5.mod' } as const;
export type MemberlistVersion = keyof typeof MEMBERLIST_VERSIONS;

const SOURCE = import.meta.dirname;
const READY_MS = 20_000;

/** @returns the path of the program */
export function buildPeer(version: MemberlistVersion): string {
  const folder = path.join(os.tmpdir(), 'lictor-memberlist-peer');
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, `peer-${version}`);
  const args = ['build', `-modfile=${MEMBERLIST_VERSIONS[version]}`, '-o', program, '.'];
  execFileSync(requireProgram(PROGRAMS.go), args, { cwd: SOURCE, stdio: 'inherit' });
  return program;
}

export interface PeerEvent {
  readonly event: string;
  readonly name?: string;
  readonly text?: string;
  readonly addr?: string;
  readonly port?: number;
  readonly command?: string;
  readonly result?: unknown;
  readonly error?: string;
}

export class MemberlistPeer {
  readonly events: PeerEvent[] = [];
  readonly log: string[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();
  address = '';

  private constructor(program: string, args: readonly string[]) {
    this.#process = spawn(program, args);
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line) as PeerEvent);
      for (const wake of this.#waiting) wake();
    });
    createInterface({ input: this.#process.stderr }).on('line', (line) => this.log.push(line));
  }

  static async start(program: string, args: readonly string[]): Promise<MemberlistPeer> {
    const peer = new MemberlistPeer(program, args);
    const ready = await peer.waitFor(({ event }) => event === 'ready' || event === 'failed');
    if (ready.event === 'failed') throw new Error(ready.text);
    peer.address = `${ready.addr}:${ready.port}`;
    return peer;
  }

  /** @returns the first event that fits, past ones included. @throws with the end of its log when there is none in time */
  async waitFor(fits: (event: PeerEvent) => boolean): Promise<PeerEvent> {
    for (const deadline = Date.now() + READY_MS; ;) {
      const found = this.events.find(fits);
      if (found !== undefined) return found;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0)
        throw new Error(['no such event; its log:', ...this.log.slice(-20)].join('\n'));
      await this.#nextEvent(leftMs);
    }
  }

  /** @returns the result of a command. @throws its error */
  async command(line: string): Promise<unknown> {
    const answered = this.events.length;
    this.#process.stdin.write(`${line}\n`);
    const { result, error } = await this.waitFor(
      (event) => event.event === 'answer' && this.events.indexOf(event) >= answered,
    );
    if (error !== undefined) throw new Error(error);
    return result;
  }

  /** As `kill -9`: no word to anybody. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  #nextEvent(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }
}
