/** Single things by name: absent is an answer of its own. */
import { StatusError } from '../../client/errors.ts';
import type { ClientRequest, ConsulClient } from '../../client/http-client.ts';
import { CommandError } from '../command.ts';

/**
 * @param absent what is said when there is none; undefined for what else is wrong
 * @param prefix before every other reason
 */
export async function readOne<Item>(
  client: ConsulClient,
  path: string,
  absent: string | undefined,
  prefix: string,
): Promise<Item> {
  try {
    const item = await client.json<Item | null | undefined>({ path });
    if (item !== undefined && item !== null) return item;
  } catch (error) {
    if (absent === undefined || !(error instanceof StatusError && error.status === 404)) {
      throw new CommandError(`${prefix}: ${(error as Error).message}`);
    }
  }
  throw new CommandError(absent ?? `${prefix}: not found`);
}

export function put(path: string, body: object = {}): ClientRequest {
  return { method: 'PUT', path, body: JSON.stringify(body) };
}
