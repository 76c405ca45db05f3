/** Every read that can block, against every kind of write: its watcher wakes exactly when its answer has changed. */
import { describe, expect, it } from 'vitest';
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';
import type { Case } from '../testing/blocking-case.ts';
import { CASES } from '../testing/blocking-cases.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { EVENTS } from '../testing/write-script.ts';

interface Observed {
  readonly event: string;
  readonly changed: boolean;
  readonly woken: boolean;
  readonly indexMoved: boolean;
}

function play<M extends ReadMethod>(method: M, args: MethodArgs<M>): Observed[] {
  const datacenter = new DatacenterFixture();
  const memory = { session: '', query: '' };
  const watcher = datacenter.watch(method, args);
  let last = datacenter.readRaw(method, args);
  return EVENTS.map(([event, write]) => {
    write(datacenter, memory);
    const now = datacenter.readRaw(method, args);
    const pushes = watcher.take();
    // What is pushed is the whole truth: a reader needs no second look.
    for (const { push } of pushes) expect(push).toMatchObject({ index: now.index, body: now.body });
    const changed = now.body !== last.body;
    const indexMoved = now.index !== last.index;
    if (indexMoved) expect(now.index).toBeGreaterThan(last.index);
    last = now;
    return { event, changed, woken: pushes.length > 0, indexMoved };
  });
}

interface Row extends Case<ReadMethod> {
  readonly method: ReadMethod;
}

const rows = Object.entries(CASES).flatMap(([method, cases]): Row[] =>
  typeof cases === 'string'
    ? []
    : cases.map((each) => ({ ...(each as Case<ReadMethod>), method: method as ReadMethod })),
);

describe('a blocked read', () => {
  it.each(rows)('of $method $args', ({ method, args, wakesFor = [], misses }) => {
    const observed = play(method, args);
    const names = (matches: (one: Observed) => boolean): string[] =>
      observed.filter(matches).map(({ event }) => event);
    const missed = names(({ changed, woken }) => changed && !woken);
    expect(missed).toEqual(misses === undefined ? [] : [misses]);
    expect(names(({ woken, indexMoved }) => woken !== indexMoved)).toEqual(missed);
    const extra = names(({ changed, woken }) => woken && !changed);
    expect(extra.filter((event) => !wakesFor.includes(event))).toEqual([]);
    expect(wakesFor.filter((event) => !EVENTS.some(([name]) => name === event))).toEqual([]);
    // A watcher that never woke would pass all of the above.
    expect(names(({ changed, woken }) => woken && changed).length).toBeGreaterThan(0);
  });
});
