import { beforeEach, expect, it } from 'vitest';
import { FRAMES_KEPT_MS, MAX_FRAME_AGE_MS, REAP_FRAME_ROWS } from '../../protocol/limits.ts';
import { findStoredReplies, storeRepliesTxn } from '../link/frame-log.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { reapFramesTxn } from './reap-frames.ts';

const NOW = 2 * FRAMES_KEPT_MS;
const REPLIES = [{ index: 7, body: 'true' }];

let storage: ReturnType<typeof createNodeStorage>;

beforeEach(() => {
  storage = createNodeStorage();
});

const frame = (nodeId: string, seq = 0) => ({ nodeId, epoch: 'e', seq });
const store = (nodeId: string, at: number, seq = 0): void =>
  storeRepliesTxn(storage.sql, frame(nodeId, seq), REPLIES, at);
const isKept = (nodeId: string, seq = 0): boolean =>
  findStoredReplies(storage.sql, frame(nodeId, seq)) !== null;
const reap = (now = NOW): void => reapFramesTxn(storage.sql, now);
const writes = (work: () => void): number => {
  const query = storage.database.prepare('SELECT total_changes() AS n');
  const before = Number(query.get()!['n']);
  work();
  return Number(query.get()!['n']) - before;
};

it('replies go once their node has not written for long, and not before', () => {
  store('gone', NOW - FRAMES_KEPT_MS);
  store('gone', NOW - FRAMES_KEPT_MS, 1);
  store('seldom', NOW - FRAMES_KEPT_MS + 1);
  store('busy', NOW);
  reap();
  expect([isKept('gone'), isKept('gone', 1), isKept('seldom'), isKept('busy')]).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(storage.sql.exec('SELECT 1 FROM frames').toArray()).toHaveLength(2);
});

it('are kept far longer than a sidecar sends a frame again', () => {
  expect(FRAMES_KEPT_MS).toBeGreaterThan(100 * MAX_FRAME_AGE_MS);
});

it('rows of a version that kept no time have their whole time from when they are found', () => {
  store('old', 0);
  reap();
  reap(NOW + FRAMES_KEPT_MS - 1);
  expect(isKept('old')).toBe(true);
  reap(NOW + FRAMES_KEPT_MS);
  expect(isKept('old')).toBe(false);
});

it('a step looks at a few rows only, and the next ones go on from there', () => {
  const nodes = Array.from({ length: 2.5 * REAP_FRAME_ROWS }, (_, at) => String(1000 + at));
  for (const node of nodes) store(node, 1);
  const left: number[] = [];
  for (let step = 0; step < 4; step++) {
    reap();
    left.push(nodes.filter((node) => isKept(node)).length);
  }
  expect(left).toEqual([1.5, 0.5, 0, 0].map((share) => share * REAP_FRAME_ROWS));
});

it('begins anew once it came to the end, wherever rows were added', () => {
  for (let at = 0; at < REAP_FRAME_ROWS; at++) store(`m${1000 + at}`, NOW);
  reap();
  store('a', 1);
  reap();
  expect(isKept('a')).toBe(true);
  reap();
  expect(isKept('a')).toBe(false);
});

it('a step that forgets nothing in a table of few nodes writes nothing', () => {
  store('n1', NOW);
  expect(writes(() => reap())).toBe(0);
});
