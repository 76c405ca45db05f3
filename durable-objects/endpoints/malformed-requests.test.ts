/**
 * Every endpoint of the table under requests that no client of good will sends: whatever comes, the answer is one that
 * somebody decided on, and a refused request has changed nothing.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { API, type IncomingRequest } from '../../http-api/api.ts';
import { readBounded } from '../../http-api/body.ts';
import { coreRoutes } from '../../http-api/routes.ts';
import {
  type MalformedRequest,
  malformedRequest,
} from '../../http-api/testing/malformed-request.ts';
import { parameterNames } from '../../http-api/testing/parameter-names.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { StateRPC } from '../testing/state-rpc.ts';
import { StateSnapshots } from '../testing/state-snapshots.ts';
import { EVENTS } from '../testing/write-script.ts';

const REQUESTS = Number(process.env['MALFORMED_REQUESTS'] ?? 5_000);
/** `MALFORMED_EACH=5000` is the long run, an hour or so. */
const REQUESTS_EACH = Number(process.env['MALFORMED_EACH'] ?? 10);

class Server {
  readonly datacenter = new DatacenterFixture();
  readonly #rpc = new StateRPC(this.datacenter);
  readonly defects = this.#rpc.defects;
  readonly #api = new API(coreRoutes, {
    context: {
      rpc: this.#rpc,
      snapshots: new StateSnapshots(this.datacenter),
      datacenter: 'dc1',
      nodeName: 'n1',
      limits: {
        kvMaxValueBytes: 1024,
        txnMaxBytes: 64 * 1024,
        defaultQueryTimeMs: 1,
        maxQueryTimeMs: 1,
      },
    },
    reportDefect: (defect) =>
      this.defects.push(
        defect instanceof Error ? (defect.stack ?? defect.message) : String(defect),
      ),
  });

  constructor() {
    const memory = { session: '', query: '' };
    for (const [, write] of EVENTS) write(this.datacenter, memory);
  }

  async send(request: MalformedRequest): Promise<number> {
    const { status, body } = await this.#api.handle(asIncoming(request));
    // A stream has no end of its own.
    if (body instanceof ReadableStream) await body.cancel();
    return status;
  }

  /** Writes so far, those undone included: a cheap hint that something may have changed. */
  get writes(): number {
    const row = this.datacenter.storage.database.prepare('SELECT total_changes() AS n').get();
    return Number(row!['n']);
  }

  /** Every row of every table. */
  content(): string {
    const { database } = this.datacenter.storage;
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return JSON.stringify(
      tables.map(({ name }) => [name, database.prepare(`SELECT * FROM ${String(name)}`).all()]),
    );
  }
}

function asIncoming({ method, path, search, headers, body }: MalformedRequest): IncomingRequest {
  const stream = () => new Blob(body === null ? [] : [body as Uint8Array<ArrayBuffer>]).stream();
  return {
    method,
    path,
    search,
    remoteAddress: '',
    signal: undefined,
    header: (name) => headers[name],
    body: (maxBytes = 1 << 20, limitName) => readBounded(stream(), maxBytes, limitName),
    stream,
  };
}

/** Sends one request after the other. @returns its status. @throws for a defect, or a refusal that changed something */
function player(server: Server): (request: MalformedRequest) => Promise<number> {
  let before = server.content();
  let writes = server.writes;
  return async (request) => {
    const status = await server.send(request);
    expect(server.defects.splice(0)).toEqual([]);
    if (server.writes === writes) return status;
    const after = server.content();
    if (status >= 400) expect(after).toBe(before);
    before = after;
    writes = server.writes;
    return status;
  };
}

describe('malformed requests', () => {
  it('know the parameters of the endpoints', () => {
    expect(parameterNames()).toEqual(expect.arrayContaining(['index', 'wait', 'cas', 'filter']));
  });

  it(`${REQUESTS} of them to all endpoints: no defect, and what is refused changes nothing`, async () => {
    const server = new Server();
    const play = player(server);
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(malformedRequest(coreRoutes, parameterNames()), async (request) => {
        seen.add(`${await play(request)}`);
      }),
      { numRuns: REQUESTS },
    );
    // Most were refused in one way or another, and some were good enough.
    expect([...seen]).toEqual(expect.arrayContaining(['200', '400', '404', '405', '500']));
  }, 900_000);

  it(`${REQUESTS_EACH} of them to each endpoint by itself`, async () => {
    const play = player(new Server());
    for (const route of coreRoutes) {
      await fc.assert(
        fc.asyncProperty(malformedRequest([route], parameterNames()), async (request) => {
          await play(request);
        }),
        {
          numRuns: REQUESTS_EACH,
          // Each is sent: the endpoint stands in the message of one that fails.
          reporter: ({ failed, errorInstance }) => {
            if (failed) throw new Error(`${route.path}: ${String(errorInstance)}`);
          },
        },
      );
    }
  }, 7_200_000);
});
