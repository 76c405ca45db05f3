/**
 * Values of the largest size that can be opted into, random to the last byte: over a real link and at the Worker, alone and in
 * transactions, read back equal; and refused by the datacenter itself where nobody opted in.
 */
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  KV_MAX_VALUE_BYTES,
  KV_VALUE_CEILING_BYTES,
  TXN_CEILING_BYTES,
} from '../../protocol/limits.ts';
import type { KVPair } from '../../protocol/types/kv.ts';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes, DEFAULT_CALL, fetchWorker } from '../support/control-planes.ts';
import { findDatabase } from '../support/datacenter-file.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

/** The platform's: a row with all its columns. */
const MAX_ROW_BYTES = 2 * 1024 * 1024;
const OPTED_IN = { kvMaxValueBytes: KV_VALUE_CEILING_BYTES, txnMaxBytes: TXN_CEILING_BYTES };

const setOp = (Key: string, value: Buffer) => ({
  KV: { Verb: 'set' as const, Key, Value: value.toString('base64') },
});

/** The ways in; each stores a value under a key. */
const WAYS: [
  name: string,
  put: (plane: ControlPlane, link: ServerLink, key: string, value: Buffer) => Promise<void>,
][] = [
  [
    'over the link',
    async (_plane, link, key, value) => {
      const write = { verb: 'set', key, value: value.toString('base64') } as const;
      expect((await link.rpc.call('kv.apply', write, DEFAULT_CALL)).body).toBe('true');
    },
  ],
  [
    'over the link, in a transaction',
    async (_plane, link, key, value) => {
      const ops = [setOp(`${key}/beside`, Buffer.from('small')), setOp(key, value)];
      const { body } = await link.rpc.call('txn.apply', { ops }, DEFAULT_CALL);
      expect(JSON.parse(body)).toMatchObject({ Errors: null });
    },
  ],
  [
    'at the Worker',
    async (plane, _link, key, value) => {
      const init = { method: 'PUT', body: new Uint8Array(value) };
      expect(await (await fetchWorker(plane, `/v1/kv/${key}`, init)).text()).toBe('true');
    },
  ],
  [
    'at the Worker, in a transaction',
    async (plane, _link, key, value) => {
      const init = { method: 'PUT', body: JSON.stringify([setOp(key, value)]) };
      expect((await fetchWorker(plane, '/v1/txn', init)).status).toBe(200);
    },
  ],
];

async function overLink(link: ServerLink, key: string): Promise<Buffer> {
  const { body } = await link.rpc.call('kv.get', { key }, DEFAULT_CALL);
  return Buffer.from((JSON.parse(body) as KVPair[])[0]!.Value!, 'base64');
}

async function inTxn(link: ServerLink, key: string): Promise<Buffer> {
  const ops = [{ KV: { Verb: 'get' as const, Key: key } }];
  const { body } = await link.rpc.call('txn.read', { ops }, DEFAULT_CALL);
  const { Results } = JSON.parse(body) as { Results: { KV: KVPair }[] };
  return Buffer.from(Results[0]!.KV.Value!, 'base64');
}

async function atWorker(plane: ControlPlane, key: string): Promise<Buffer> {
  return Buffer.from(await (await fetchWorker(plane, `/v1/kv/${key}?raw`)).arrayBuffer());
}

describe(`a value of ${KV_VALUE_CEILING_BYTES} bytes`, () => {
  it.each(WAYS)(
    'stored %s is read back equal everywhere, and lies in pieces',
    async (_name, put) => {
      const dataDir = planes.temporaryDirectory();
      const plane = await planes.start(dataDir, 0, { settings: OPTED_IN });
      const link = await planes.link(plane, 'n1');
      // Once over another long value, whose pieces have to go.
      for (const bytes of [3 * 1024 * 1024 + 1, KV_VALUE_CEILING_BYTES]) {
        const value = randomBytes(bytes);
        await put(plane, link, 'large', value);
        const read = [
          await overLink(link, 'large'),
          await inTxn(link, 'large'),
          await atWorker(plane, 'large'),
        ];
        expect(read.map((found) => found.equals(value))).toEqual([true, true, true]);
      }
      expect(link.connects).toBe(1);
      await plane.stop();
      const database = new DatabaseSync(findDatabase(path.join(dataDir, 'control-plane/storage')), {
        readOnly: true,
      });
      const longest = (sql: string): number => Number(database.prepare(sql).get()!['longest']);
      const row = longest("SELECT max(length(value)) AS longest FROM kv WHERE key = 'large'");
      const change = longest('SELECT max(length(value)) AS longest FROM changes');
      const piece = longest('SELECT max(length(text)) AS longest FROM kv_chunks');
      database.close();
      for (const length of [row, change, piece]) expect(length).toBeLessThan(MAX_ROW_BYTES);
      expect(piece).toBeGreaterThan(0);
    },
  );

  it('and a byte more is refused, on every way, with the state untouched', async () => {
    const plane = await planes.start(undefined, 0, { settings: OPTED_IN });
    const link = await planes.link(plane, 'n1');
    const value = randomBytes(KV_VALUE_CEILING_BYTES + 1);
    const [[, linkPut], [, linkTxn]] = WAYS as [(typeof WAYS)[0], (typeof WAYS)[0]];
    await expect(linkPut(plane, link, 'large', value)).rejects.toThrow(/is too large/);
    await expect(linkTxn(plane, link, 'large', value)).rejects.toThrow(/is too large/);
    const init = { method: 'PUT', body: new Uint8Array(value) };
    expect((await fetchWorker(plane, '/v1/kv/large', init)).status).toBe(413);
    expect((await fetchWorker(plane, '/v1/kv/large')).status).toBe(404);
    expect((await fetchWorker(plane, '/v1/kv/large/beside')).status).toBe(404);
  });
});

describe('where nobody opted in', () => {
  it('the datacenter refuses what a sidecar with a higher limit lets pass', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    const put = (bytes: number) => WAYS[0]![1](plane, link, 'k', randomBytes(bytes));
    await put(KV_MAX_VALUE_BYTES);
    await expect(put(KV_MAX_VALUE_BYTES + 1)).rejects.toThrow(
      `is too large (${KV_MAX_VALUE_BYTES + 1} > ${KV_MAX_VALUE_BYTES} bytes)`,
    );
    expect((await overLink(link, 'k')).length).toBe(KV_MAX_VALUE_BYTES);
  });
});
