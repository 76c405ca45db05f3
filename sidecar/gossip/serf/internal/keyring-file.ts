/** Keys on disk, as Serf and Consul keep them: a JSON array of base64, the primary first. */
import { open, readFile, rename } from 'node:fs/promises';
import { GossipError } from '../../errors.ts';
import { Keyring } from '../../keyring/keyring.ts';

/** Whoever reads the keys is in the pool. */
const FILE_MODE = 0o600;

/** @throws GossipError `invalid_key` for a file that is no keyring, or empty; the system's error when it cannot be read */
export async function loadKeyring(file: string): Promise<Keyring> {
  const [primary, ...others] = parseKeys(await readFile(file, 'utf8'));
  if (primary === undefined) throw new GossipError('invalid_key', `${file} holds no keys`);
  return new Keyring(primary, others);
}

/** Replaces the file, wholly or not at all: half a keyring locks a node out of its pool. */
export async function storeKeys(file: string, keys: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, 'w', FILE_MODE);
  try {
    const text = keys.map((key) => Buffer.from(key).toString('base64'));
    await handle.writeFile(JSON.stringify(text, undefined, 2));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

function parseKeys(text: string): Uint8Array[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new GossipError('invalid_key', 'the keyring is not JSON', { cause: error });
  }
  const isList = Array.isArray(parsed) && parsed.every((key) => typeof key === 'string');
  if (!isList) throw new GossipError('invalid_key', 'the keyring is not a list of keys');
  return (parsed as string[]).map((key) => new Uint8Array(Buffer.from(key, 'base64')));
}
