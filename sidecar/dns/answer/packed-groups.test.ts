import { describe, expect, it } from 'vitest';
import type { AnswerGroup } from '../resolve/resolution.ts';
import { RecordType } from '../wire/codes.ts';
import { addressRecord } from '../wire/record.ts';
import type { SRVRecord } from '../wire/record.ts';
import { BYTES_PER_GROUP, packGroups, weightOfGroups } from './packed-groups.ts';

const NAME = 'web.service.consul.';
const address = (last: number, ttl = 0, name = NAME) =>
  addressRecord(name, ttl, Uint8Array.of(10, 0, 0, last));
const wide = (last: number) =>
  addressRecord(
    NAME,
    0,
    Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 0xfd)),
  );
const srv = (target: string, changes: Partial<SRVRecord> = {}): SRVRecord => ({
  type: RecordType.SRV,
  name: NAME,
  ttl: 5,
  priority: 1,
  weight: 3,
  port: 8080,
  target,
  ...changes,
});
const plain = (...answer: AnswerGroup['answer']): AnswerGroup => ({ answer, additional: [] });
const service = (last: number, changes: Partial<SRVRecord> = {}): AnswerGroup => {
  const target = `n${last}.node.dc1.consul.`;
  return { answer: [srv(target, changes)], additional: [address(last, 5, target)] };
};
const alias = plain({ type: RecordType.CNAME, name: NAME, ttl: 0, target: 'x.' });

describe('packGroups', () => {
  it.each<[string, AnswerGroup[]]>([
    ['IPv4 addresses', [plain(address(1)), plain(address(2)), plain(address(3))]],
    ['IPv6 addresses', [plain(wide(1)), plain(wide(2))]],
    [
      'SRV records',
      [service(1), service(2, { port: 65_535, weight: 0 }), service(3, { weight: 65_535 })],
    ],
  ])('%s: gives every group as it was, in a fraction of the bytes', (_, groups) => {
    const packed = packGroups(groups);
    expect(packed).not.toBe(groups);
    expect(Array.from(groups, (__, index) => packed.at(index))).toEqual(groups);
    expect(packed).toHaveLength(groups.length);
    expect(packed.at(groups.length)).toBeUndefined();
    expect(packed.at(-1)).toBeUndefined();
    expect(weightOfGroups(packed) * 5).toBeLessThan(groups.length * BYTES_PER_GROUP);
  });

  it.each<[string, AnswerGroup[]]>([
    ['none', []],
    ['one', [plain(address(1))]],
    ['both families', [plain(address(1)), plain(wide(2))]],
    ['other TTLs', [plain(address(1, 1)), plain(address(2, 2))]],
    ['other names', [plain(address(1)), plain(address(2, 0, 'x.'))]],
    ['two records in a group', [plain(address(1)), plain(address(2), address(3))]],
    ['an alias', [plain(address(1)), alias]],
    ['aliases only', [alias, alias]],
    ['SRV and address', [service(1), plain(address(2))]],
    ['address and SRV', [plain(address(1)), service(2)]],
    ['other priorities', [service(1), service(2, { priority: 2 })]],
    ['SRV without an address', [service(1), plain(srv('n2.'))]],
    [
      'an address of another name',
      [service(1), { answer: [srv('n2.')], additional: [address(2, 5)] }],
    ],
    [
      'metadata beside it',
      [
        service(1),
        {
          answer: [srv('n2.')],
          additional: [
            address(2, 5, 'n2.'),
            { type: RecordType.TXT, name: 'n2.', ttl: 5, text: 'a=b' },
          ],
        },
      ],
    ],
  ])('%s: stays as it is', (_, groups) => {
    expect(packGroups(groups)).toBe(groups);
    expect(weightOfGroups(groups)).toBe(groups.length * BYTES_PER_GROUP);
  });
});
