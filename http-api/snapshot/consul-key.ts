/** The key in a record of Consul's state. */
import { MessagePackReader } from '../message-pack/reader.ts';
import type { StateRecord } from './decode-state.ts';
import { KEYED_TYPE } from './state-format.ts';

/** @returns null for a record that is no key */
export function consulKeyOf({ type, value }: StateRecord): string | null {
  if (type !== KEYED_TYPE) return null;
  const reader = new MessagePackReader(value);
  for (let left = reader.mapLength(); left > 0; left--) {
    if (reader.text() === 'Key') return reader.text();
    reader.skip();
  }
  return null;
}
