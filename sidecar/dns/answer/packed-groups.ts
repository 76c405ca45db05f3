/**
 * The instances of one answer in few bytes.
 *
 * A cached answer keeps what it chooses from. As records, an instance takes some 600 bytes: nearly as much as its text
 * in the replica. Most services are uniform, though: an address for each instance, behind a SRV record where that was
 * asked for. Of those only what differs is kept, in columns, and a record is made when it is chosen.
 */
import type { AnswerGroup, GroupList } from '../resolve/resolution.ts';
import { RecordType } from '../wire/codes.ts';
import { addressRecord } from '../wire/record.ts';
import type { AddressRecord, ResourceRecord, SRVRecord } from '../wire/record.ts';

/** What an instance costs in memory: as records (measured), and in columns. */
export const BYTES_PER_GROUP = 600;
const BYTES_PER_SERVICE = 80;

const NO_RECORDS: readonly ResourceRecord[] = [];

/** One instance: its address, and with it the SRV record that it belongs to. */
interface Instance {
  readonly address: AddressRecord;
  readonly service: SRVRecord | null;
}

/** The same groups, in columns where they are uniform; otherwise as they came. */
export function packGroups(groups: readonly AnswerGroup[]): GroupList {
  if (groups.length < 2) return groups;
  const instances: Instance[] = [];
  for (const group of groups) {
    const instance = readInstance(group);
    if (instance === null || !isAlike(instances[0] ?? instance, instance)) return groups;
    instances.push(instance);
  }
  return new PackedGroups(instances);
}

/** Bytes that `groups` keep alive, roughly. */
export function weightOfGroups(groups: GroupList): number {
  return groups instanceof PackedGroups ? groups.weightBytes : groups.length * BYTES_PER_GROUP;
}

class PackedGroups implements GroupList {
  readonly length: number;
  readonly #first: Instance;
  readonly #addresses: Uint8Array;
  /** Port and weight by turns; empty without SRV records. */
  readonly #numbers: Uint16Array;
  readonly #targets: readonly string[];

  constructor(instances: readonly Instance[]) {
    this.length = instances.length;
    this.#first = instances[0]!;
    const bytes = this.#first.address.address.length;
    this.#addresses = new Uint8Array(instances.length * bytes);
    instances.forEach(({ address }, index) => this.#addresses.set(address.address, index * bytes));
    const services = instances.flatMap(({ service }) => service ?? []);
    this.#numbers = Uint16Array.from(services.flatMap(({ port, weight }) => [port, weight]));
    this.#targets = services.map(({ target }) => target);
  }

  get weightBytes(): number {
    return this.#addresses.length + this.#targets.length * BYTES_PER_SERVICE;
  }

  at(index: number): AnswerGroup | undefined {
    if (index < 0 || index >= this.length) return undefined;
    const { address, service } = this.#first;
    const size = address.address.length;
    const bytes = this.#addresses.subarray(index * size, (index + 1) * size);
    if (service === null) {
      const record = addressRecord(address.name, address.ttl, bytes);
      return { answer: [record], additional: NO_RECORDS };
    }
    const [port = 0, weight = 0] = this.#numbers.subarray(index * 2);
    const target = this.#targets[index]!;
    return {
      answer: [{ ...service, port, weight, target }],
      additional: [addressRecord(target, address.ttl, bytes)],
    };
  }
}

/** Null for a group with more than an address, or an alias. */
function readInstance({ answer, additional }: AnswerGroup): Instance | null {
  const [record] = answer;
  if (record === undefined || answer.length > 1) return null;
  if ('address' in record) {
    return additional.length === 0 ? { address: record, service: null } : null;
  }
  const [address] = additional;
  if (record.type !== RecordType.SRV || address === undefined || additional.length > 1) return null;
  return 'address' in address && address.name === record.target
    ? { address, service: record }
    : null;
}

/** Whether they differ in nothing but what has a column. */
function isAlike(first: Instance, other: Instance): boolean {
  const [a, b] = [first.address, other.address];
  if (a.ttl !== b.ttl || a.address.length !== b.address.length) return false;
  if (first.service === null || other.service === null) {
    return first.service === other.service && a.name === b.name;
  }
  const [s, t] = [first.service, other.service];
  return s.name === t.name && s.ttl === t.ttl && s.priority === t.priority;
}
