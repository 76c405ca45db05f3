/** Plays examples against an agent that was started elsewhere. */
import fs from 'node:fs';
import path from 'node:path';
import { findDifference } from './compare.ts';
import type { Block, Command, CommandBlock } from './examples.ts';
import { Shell } from './shell.ts';

export interface Stage {
  /** Where the examples are typed; their files are written here. */
  readonly directory: string;
  /** What the agent really listens on, in place of the ports that the document names. */
  readonly ports: { readonly http: number; readonly dns: number; readonly serfLAN: number };
  /** Directories that come before PATH: where `lictor` is, and programs that the test brings. */
  readonly programs: readonly string[];
}

/** A blocking query of the examples waits for up to a minute, and is answered long before. */
const COMMAND_LIMIT_MS = 20_000;
const EVENTUALLY_MS = 10_000;
const POLL_MS = 100;

interface Pending {
  readonly command: Command;
  readonly output: Promise<string>;
}

export class Player {
  readonly #stage: Stage;
  readonly #shell: Shell;
  readonly #others: Shell[] = [];
  #pending: Pending | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#shell = this.#openShell();
  }

  /** @throws Error that shows command, expectation and output */
  async play(block: Block): Promise<void> {
    if (block.kind === 'file') {
      const file = path.join(this.#stage.directory, block.name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const isScript = block.content.startsWith('#!');
      fs.writeFileSync(file, block.content, { mode: isScript ? 0o755 : 0o644 });
      return;
    }
    const pending = this.#pending;
    this.#pending = null;
    await this.#playCommands(block);
    if (pending !== null) this.#judge(pending.command, await pending.output);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#shell, ...this.#others].map((shell) => shell.stop()));
  }

  async #playCommands(block: CommandBlock): Promise<void> {
    const { commands } = block;
    for (const command of commands) {
      const isLast = command === commands.at(-1);
      if (isLast && block.isBackground) await this.#startInBackground(command);
      else if (isLast && block.isEventual) await this.#untilMatched(command);
      else this.#judge(command, await this.#run(this.#shell, command));
    }
  }

  /** In a terminal of its own. What is to print nothing, such as a watch, goes on until the end. */
  async #startInBackground(command: Command): Promise<void> {
    const shell = this.#openShell();
    this.#others.push(shell);
    const text = await this.#rewrite(command.text);
    const output = shell.run(text, COMMAND_LIMIT_MS);
    output.catch(() => {});
    if (command.expected.length > 0) this.#pending = { command, output };
    // It has to be under way before the next block changes what it waits for.
    await new Promise((resolve) => setTimeout(resolve, 3 * POLL_MS));
  }

  async #untilMatched(command: Command): Promise<void> {
    const deadline = Date.now() + EVENTUALLY_MS;
    for (;;) {
      const output = await this.#run(this.#shell, command);
      if (findDifference(command.expected, this.#restorePorts(output)) === undefined) return;
      if (Date.now() > deadline) this.#judge(command, output);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #run(shell: Shell, command: Command): Promise<string> {
    return shell.run(await this.#rewrite(command.text), COMMAND_LIMIT_MS);
  }

  #judge(command: Command, output: string): void {
    const difference = findDifference(command.expected, this.#restorePorts(output));
    if (difference === undefined) return;
    throw new Error(`line ${command.line}: ${command.text}\n${difference}`);
  }

  /** The ports of the document become the agent's, and an index in a URL the one of that URL's last answer. */
  async #rewrite(text: string): Promise<string> {
    const { http, dns } = this.#stage.ports;
    const rewritten = text
      .replaceAll('localhost:8500', `127.0.0.1:${http}`)
      .replaceAll('-p 8600', `-p ${dns}`);
    const blocking = /127\.0\.0\.1:\d+\/[^'"\s]*\bindex=\d+/.exec(rewritten);
    if (blocking === null) return rewritten;
    const url = new URL(`http://${blocking[0]}`);
    url.searchParams.delete('index');
    url.searchParams.delete('wait');
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return rewritten.replace(/\bindex=\d+/, `index=${answer.headers.get('x-consul-index')}`);
  }

  #restorePorts(output: string): string {
    const { http, dns, serfLAN } = this.#stage.ports;
    return output
      .replaceAll(`127.0.0.1:${http}`, 'localhost:8500')
      .replaceAll(`:${serfLAN}`, ':8301')
      .replaceAll(`127.0.0.1#${dns}`, '127.0.0.1#8600');
  }

  #openShell(): Shell {
    const { directory, ports, programs } = this.#stage;
    const PATH = [...programs, process.env['PATH'] ?? ''].join(path.delimiter);
    // In place of its default, localhost:8500.
    const CONSUL_HTTP_ADDR = `127.0.0.1:${ports.http}`;
    // On a terminal curl shows no progress; into a pipe it would.
    fs.writeFileSync(path.join(directory, '.curlrc'), 'silent\nshow-error\n');
    return new Shell(directory, { ...process.env, PATH, CONSUL_HTTP_ADDR, CURL_HOME: directory });
  }
}
