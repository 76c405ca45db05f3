import { beforeEach, describe, expect, it } from 'vitest';
import type { UserEvent } from '../../protocol/types/event.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { datacenterEvents } from './datacenter-events.ts';
import { eventListRoute, eventRoutes } from './event.ts';

const ID = 'fa62152d-fbdc-7457-f000-08206a3cdbe5';
/** What Consul answers for a list that ends with this event. */
const INDEX = '748192432216125362';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve([...eventRoutes, eventListRoute(datacenterEvents)], rpc);
});

function withEvents(...events: Partial<UserEvent>[]): void {
  rpc.answer = { index: 12, body: JSON.stringify(events) };
}

describe('PUT /v1/event/fire/', () => {
  it('sends name, payload and filters on', async () => {
    rpc.answer = { index: 9, body: '{"ID":"x"}' };
    const response = await send('PUT', '/v1/event/fire/a%2Fb?node=n&service=s&tag=t', 'v5');
    expect(await response.json()).toEqual({ ID: 'x' });
    expect(rpc.calls).toMatchObject([
      {
        method: 'event.fire',
        args: {
          name: 'a/b',
          payload: 'djU=',
          nodeFilter: 'n',
          serviceFilter: 's',
          tagFilter: 't',
        },
      },
    ]);
  });

  it('wants a name', async () => {
    const response = await send('PUT', '/v1/event/fire/');
    expect([response.status, await response.text()]).toEqual([400, 'Missing name']);
  });
});

describe('GET /v1/event/list', () => {
  it('has index 1 while empty, then the folded ID of the last event', async () => {
    withEvents();
    expect((await send('GET', '/v1/event/list')).headers.get('x-consul-index')).toBe('1');
    withEvents({ ID: '00000000-0000-0000-0000-000000000001' }, { ID });
    const response = await send('GET', '/v1/event/list?name=b&node=ignored');
    expect(response.headers.get('x-consul-index')).toBe(INDEX);
    expect(response.headers.has('x-consul-knownleader')).toBe(false);
    expect(await response.json()).toHaveLength(2);
    expect(rpc.calls.at(-1)).toMatchObject({ method: 'event.list', args: { name: 'b' } });
  });

  it.each([
    ['', false],
    ['?index=0', false],
    ['?index=1', false],
    [`?index=${INDEX}`, true],
    ['?index=18446744073709551615', false],
  ])('%s waits: %s', async (search, waits) => {
    withEvents({ ID });
    await send('GET', `/v1/event/list${search}`);
    expect(rpc.calls.map(({ minIndex }) => minIndex)).toEqual(
      waits ? [undefined, 12] : [undefined],
    );
  });

  it.each([
    ['?index=abc', 'Invalid index'],
    ['?index=18446744073709551616', 'Invalid index'],
    ['?wait=abc', 'Invalid wait time'],
  ])('%s is refused', async (search, message) => {
    const response = await send('GET', `/v1/event/list${search}`);
    expect([response.status, await response.text()]).toEqual([400, message]);
  });
});
