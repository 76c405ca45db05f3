/** Blocking queries that go on until they are stopped. */
import { pause } from '../../http-api/pause.ts';
import type { AgentHTTP, AgentRequest, AgentResponse, Log } from './interfaces.ts';
import { WATCH_RETRY_MS, WATCH_WAIT } from './limits.ts';

export interface Following {
  readonly agent: AgentHTTP;
  readonly log: Log;
  /** In the log: `type=connect_leaf service=web`. */
  readonly name: string;
  readonly request: AgentRequest;
  /** By which header and parameter it blocks. */
  readonly by?: 'index' | 'hash';
  /** What it throws is logged, and what was held before stands. */
  readonly onAnswer: (answer: AgentResponse) => void;
  /** Nothing is known to be current until the next answer. */
  readonly onFailure?: () => void;
}

const CURSORS = {
  index: { header: 'x-consul-index', parameter: 'index' },
  hash: { header: 'x-consul-contenthash', parameter: 'hash' },
} as const;

/** Answers at first and after each change. @returns the function that ends it */
export function follow(following: Following): () => void {
  const controller = new AbortController();
  void run(following, controller.signal);
  return () => controller.abort();
}

async function run(following: Following, signal: AbortSignal): Promise<void> {
  const { agent, request, by = 'index', name, log, onAnswer, onFailure } = following;
  const { header, parameter } = CURSORS[by];
  let cursor: string | undefined;
  while (!signal.aborted) {
    try {
      const query = { ...request.query, [parameter]: cursor, wait: cursor && WATCH_WAIT };
      const answer = await agent.request({ ...request, query, signal });
      if (signal.aborted) return;
      const next = answer.headers[header];
      const held = cursor;
      cursor = nextCursor(by, held, typeof next === 'string' ? next : undefined);
      // A wait that ended without news.
      if (held === undefined || cursor !== held) onAnswer(answer);
      // An agent that gives nothing to wait by would answer at once, again and again.
      if (cursor === undefined) await pause(WATCH_RETRY_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      const { message } = error as Error;
      log.error(`Watch errored: ${name} error=${JSON.stringify(message)} retry=5s`);
      cursor = undefined;
      onFailure?.();
      await pause(WATCH_RETRY_MS, signal);
    }
  }
}

/** An index that went backwards starts over, as the contract of blocking queries says. */
function nextCursor(
  by: 'index' | 'hash',
  held: string | undefined,
  next: string | undefined,
): string | undefined {
  if (by === 'hash' || next === undefined) return next;
  const index = BigInt(next);
  return index < 1n || (held !== undefined && index < BigInt(held)) ? undefined : next;
}
