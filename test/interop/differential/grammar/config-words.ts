/** Values that members of several configuration entries take. */
import type { Random } from '../../../linearizability/random.ts';

/** What an entry of one kind says besides its kind and metadata. */
export type Members = (random: Random) => Record<string, unknown>;

export const service = (random: Random): string => random.pick(['web', 'db', 'web', '*', '']);
export const meta = (random: Random): unknown =>
  random.pick<unknown>([{ a: 'b' }, {}, null, { 'bad key': '1' }]);
export const seconds = (random: Random): unknown =>
  random.pick<unknown>(['5s', '0s', '-1s', 'x', 1000, '']);
