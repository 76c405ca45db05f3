/** Prints what the nodes answer until they have been silent for long enough. */
import type { RemoteExecPlace } from '../../../protocol/remote-exec.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { CommandError } from '../command.ts';
import { type NodeAnswer, followAnswers } from './answer-stream.ts';
import { renderNotice, renderOutput } from './node-lines.ts';

export interface ExecWaitOptions {
  readonly client: ConsulClient;
  readonly place: RemoteExecPlace;
  /** Silence after which nobody is waited for; twice as long while nodes are known to work. */
  readonly waitMs: number;
  readonly print: (text: string) => void;
  /** For what is told with -verbose only. */
  readonly say: (text: string) => void;
}

/** A node failed, or never came to an end. */
const NODE_FAILED = 2;

export class ExecWait {
  readonly #options: ExecWaitOptions;
  #acknowledged = 0;
  #completed = 0;
  #failed = 0;

  constructor(options: ExecWaitOptions) {
    this.#options = options;
  }

  /** @returns the exit code. Throws CommandError when the answers cannot be read or the user ends it. */
  async run(signal: AbortSignal): Promise<number> {
    const { client, place, waitMs, print, say } = this.#options;
    const startedAt = performance.now();
    const silence = new AbortController();
    let timer = this.#startTimer(silence);
    try {
      const options = {
        waitMs: Math.max(1, Math.round(waitMs)),
        signal: AbortSignal.any([signal, silence.signal]),
      };
      for await (const answer of followAnswers(client, place, options)) {
        this.#take(answer);
        clearTimeout(timer);
        timer = this.#startTimer(silence);
      }
    } catch (error) {
      if (!silence.signal.aborted && !signal.aborted) {
        throw new CommandError(`Error streaming results: ${(error as Error).message}`);
      }
    } finally {
      clearTimeout(timer);
    }
    if (signal.aborted) return 1;
    print(`${this.#completed} / ${this.#acknowledged} node(s) completed / acknowledged`);
    say(`Completed in ${((performance.now() - startedAt) / 1000).toFixed(2)} seconds`);
    const isUnfinished = this.#completed < this.#acknowledged;
    return this.#failed > 0 || isUnfinished ? NODE_FAILED : 0;
  }

  #startTimer(silence: AbortController): NodeJS.Timeout {
    const isWorking = this.#acknowledged > this.#completed;
    return setTimeout(() => silence.abort(), this.#options.waitMs * (isWorking ? 2 : 1));
  }

  #take({ kind, node, value }: NodeAnswer): void {
    const { print, say } = this.#options;
    if (kind === 'ack') {
      this.#acknowledged++;
      say(renderNotice(node, 'acknowledged'));
    } else if (kind === 'exit') {
      const code = Number(value.toString('utf8'));
      this.#completed++;
      if (code !== 0) this.#failed++;
      print(renderNotice(node, `finished with exit code ${code}`));
    } else if (value.length === 0) say(renderNotice(node, 'heartbeat received'));
    else print(renderOutput(node, value.toString('utf8')));
  }
}
