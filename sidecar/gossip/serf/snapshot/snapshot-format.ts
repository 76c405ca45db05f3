/** The lines of Serf's snapshot file (serf/snapshot.go). */
import type { LamportTime } from '../lamport-clock.ts';

export interface SnapshotState {
  /** Name to `ip:port`, IPv6 in brackets. In the order in which they came alive. */
  readonly alive: ReadonlyMap<string, string>;
  readonly clock: LamportTime;
  readonly eventClock: LamportTime;
  readonly queryClock: LamportTime;
}

export interface ReplayResult {
  readonly state: SnapshotState;
  /** Lines that could not be read; the others count all the same. */
  readonly damaged: number;
  /** Of the whole text. */
  readonly bytes: number;
}

export const LEAVE_LINE = 'leave\n';

export const renderAlive = (name: string, address: string): string => `alive: ${name} ${address}\n`;
export const renderNotAlive = (name: string): string => `not-alive: ${name}\n`;
export const renderClock = (time: LamportTime): string => `clock: ${time}\n`;
export const renderEventClock = (time: LamportTime): string => `event-clock: ${time}\n`;
export const renderQueryClock = (time: LamportTime): string => `query-clock: ${time}\n`;

/** A file is lines: a name with a line break could forge any of them. */
export function isRecordable(name: string): boolean {
  return name !== '' && !/[\n\r]/.test(name);
}

export function renderSnapshot(state: SnapshotState): string {
  const alive = [...state.alive].map(([name, address]) => renderAlive(name, address));
  return [
    ...alive,
    renderClock(state.clock),
    renderEventClock(state.eventClock),
    renderQueryClock(state.queryClock),
  ].join('');
}

interface Replay {
  readonly alive: Map<string, string>;
  clock: LamportTime;
  eventClock: LamportTime;
  queryClock: LamportTime;
}

type LineHandler = (replay: Replay, rest: string) => boolean;

const HANDLERS: readonly (readonly [string, LineHandler])[] = [
  ['alive: ', replayAlive],
  ['not-alive: ', (replay, name) => (replay.alive.delete(name), true)],
  ['clock: ', (replay, rest) => replayTime(rest, (time) => (replay.clock = time))],
  ['event-clock: ', (replay, rest) => replayTime(rest, (time) => (replay.eventClock = time))],
  ['query-clock: ', (replay, rest) => replayTime(rest, (time) => (replay.queryClock = time))],
  // Written before Serf 0.9; a coordinate converges anew sooner than an old one is right.
  ['coordinate: ', () => true],
  ['#', () => true],
];

/**
 * Reads a snapshot, damaged or not: a power loss cuts the last line, a full disk any.
 *
 * @param rejoinAfterLeave whether a leave is to be forgotten; otherwise it wipes what stands before it
 */
export function replaySnapshot(text: string, rejoinAfterLeave: boolean): ReplayResult {
  const replay: Replay = { alive: new Map(), clock: 0, eventClock: 0, queryClock: 0 };
  let damaged = 0;
  const lines = text.split('\n');
  // What follows the last line break was cut short: even if it looks whole, its end may be missing.
  const rest = lines.pop() ?? '';
  if (rest !== '') damaged++;
  for (const line of lines) {
    if (line === 'leave') {
      if (!rejoinAfterLeave) wipe(replay);
    } else if (!replayLine(replay, line)) {
      damaged++;
    }
  }
  return { state: replay, damaged, bytes: Buffer.byteLength(text) };
}

function replayLine(replay: Replay, line: string): boolean {
  const entry = HANDLERS.find(([prefix]) => line.startsWith(prefix));
  return entry !== undefined && entry[1](replay, line.slice(entry[0].length));
}

/** Names may hold blanks, addresses do not. */
function replayAlive(replay: Replay, rest: string): boolean {
  const blank = rest.lastIndexOf(' ');
  const name = rest.slice(0, blank);
  const address = rest.slice(blank + 1);
  if (blank < 1 || !/:\d{1,5}$/.test(address)) return false;
  // Set anew, so that the order is that of coming alive.
  replay.alive.delete(name);
  replay.alive.set(name, address);
  return true;
}

function replayTime(rest: string, set: (time: LamportTime) => void): boolean {
  const time = Number(rest);
  if (!/^\d+$/.test(rest) || !Number.isSafeInteger(time)) return false;
  set(time);
  return true;
}

function wipe(replay: Replay): void {
  replay.alive.clear();
  replay.clock = 0;
  replay.eventClock = 0;
  replay.queryClock = 0;
}
