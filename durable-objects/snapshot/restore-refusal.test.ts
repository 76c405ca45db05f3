import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RESTORE_INDEX_JUMP } from '../../protocol/limits.ts';
import type { DatacenterState } from '../datacenter-state.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import {
  callState,
  createFilledDatacenter,
  restoreState,
  saveState,
  setKey,
} from '../testing/restored.ts';
import { dumpDatabase } from '../testing/snapshots.ts';

let datacenter: DatacenterFixture;

beforeEach(() => {
  datacenter = createFilledDatacenter();
});

describe('a state that cannot be restored', () => {
  const edit = (lines: readonly string[], at: number, change: (record: any) => unknown): string[] =>
    lines.map((line, i) => (i === at ? JSON.stringify(change(JSON.parse(line))) : line));
  const find = (lines: readonly string[], type: string): number =>
    lines.findIndex((line) => line.startsWith(`{"Type":"${type}"`));
  const patch = (type: string, fields: object) => (lines: string[]) =>
    edit(lines, find(lines, type), ({ Type, Data }) => ({ Type, Data: { ...Data, ...fields } }));

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    ['nothing', () => [], /it ends before its end/],
    ['no header', (lines) => lines.slice(1), /does not begin with a header/],
    ['a cut one', (lines) => lines.slice(0, -1), /it ends before its end/],
    ['a lost record', (lines) => lines.toSpliced(3, 1), /it has \d+ records where its end says/],
    ['a doubled record', (lines) => lines.toSpliced(2, 0, lines[2]!), /record \d+ \(/],
    ['something behind the end', (lines) => [...lines, lines[2]!], /goes on behind its end/],
    ['rubbish', (lines) => lines.with(2, 'rubbish'), /is no JSON/],
    ['no record', (lines) => lines.with(2, '[]'), /is no record/],
    ['null', (lines) => lines.with(2, 'null'), /is no record/],
    ['an unknown type', (lines) => lines.with(2, '{"Type":"X","Data":{}}'), /no records of type X/],
    ['another format', patch('SnapshotHeader', { Format: 2 }), /format 2 is unknown/],
    ['half a header', patch('SnapshotHeader', { Schema: {} }), /header is incomplete/],
    [
      'a newer schema',
      patch('SnapshotHeader', { Schema: { Version: 99, Tag: '0098_later' } }),
      /saved by a newer version \(schema 0098_later\).*upgrade the control plane first/,
    ],
    ['a table that is none', patch('SnapshotHeader', { Tables: { KVS: 'nothing' } }), /no table/],
    ['an injected table', patch('SnapshotHeader', { Tables: { KVS: 'kv"; --' } }), /names a table/],
    [
      'a missing field',
      (lines) => edit(lines, find(lines, 'KVS'), ({ Type }) => ({ Type, Data: { key: 'a' } })),
      /other fields/,
    ],
    ['a number for a text', patch('KVS', { value: 5 }), /value is no text/],
    ['a text for a number', patch('KVS', { modify_index: 'x' }), /modify_index is no number/],
    ['half a number', patch('KVS', { modify_index: 1.5 }), /modify_index is no integer/],
    ['a null', patch('KVS', { value: null }), /value is null/],
    [
      'no data',
      (lines) => edit(lines, find(lines, 'KVS'), ({ Type }) => ({ Type, Data: null })),
      /is empty/,
    ],
    ['a wrong end', patch('SnapshotEnd', { Records: -1 }), /where its end says -1/],
  ])('%s: refused with the reason, and nothing is changed', (_name, damage, reason) => {
    const lines = damage(saveState(datacenter));
    setKey(datacenter, 'app/a', 'eA==');
    const before = dumpDatabase(datacenter.storage.sql);
    expect(() => restoreState(lines, datacenter)).toThrow(reason);
    expect(dumpDatabase(datacenter.storage.sql)).toEqual(before);
  });

  it('whatever line is damaged, however: refused, or restored as a whole', () => {
    const lines = saveState(datacenter);
    let into = new DatacenterFixture();
    let untouched = dumpDatabase(into.storage.sql);
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.nat(),
        fc.string({ maxLength: 3 }),
        (at, where, text) => {
          const line = lines[at]!;
          const place = where % line.length;
          const damaged = line.slice(0, place) + text + line.slice(place + 1);
          let state: DatacenterState;
          try {
            ({ state } = restoreState(lines.with(at, damaged), into));
          } catch {
            expect(dumpDatabase(into.storage.sql)).toEqual(untouched);
            return;
          }
          // A value was hit and the record is well-formed still: what catches that are the archive's sums.
          expect(JSON.parse(callState(state, 'kv.keys', { prefix: '' }).body)).toHaveLength(2);
          into = new DatacenterFixture();
          untouched = dumpDatabase(into.storage.sql);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a failure in the swap itself undoes it as a whole', () => {
    const lines = saveState(datacenter);
    // Two nodes with one ID: the unique index of the live table cannot be made.
    const node = JSON.parse(lines[find(lines, 'Node')]!) as { Type: string; Data: object };
    const twin = (name: string) =>
      JSON.stringify({ ...node, Data: { ...node.Data, key: name, name, id: 'same' } });
    const end = JSON.parse(lines.at(-1)!) as { Type: string; Data: { Records: number } };
    end.Data.Records += 2;
    const hostile = [...lines.slice(0, -1), twin('x'), twin('y'), JSON.stringify(end)];
    const before = dumpDatabase(datacenter.storage.sql);
    expect(() => restoreState(hostile, datacenter)).toThrow(/UNIQUE/);
    expect(dumpDatabase(datacenter.storage.sql)).toEqual(before);
    expect(datacenter.state.writer.lastIndex).toBeLessThan(RESTORE_INDEX_JUMP);
    setKey(datacenter, 'app/a', 'Mw==');
  });
});
