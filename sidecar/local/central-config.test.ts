import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectProxyConfig } from '../../protocol/types/catalog.ts';
import { CentralConfig, type RegisteredProxy, asRegistered } from './central-config.ts';
import type { ServiceEntry } from './entries.ts';
import { LocalState } from './local-state.ts';
import { toNodeService } from './node-service.ts';
import { testClock } from './testing.ts';

/** What was asked for, and how to answer it. */
interface Asked {
  readonly registered: RegisteredProxy;
  readonly token: string;
  readonly answer: (proxy: ConnectProxyConfig) => void;
  isFollowed: boolean;
}

let state: LocalState;
let central: CentralConfig;
let asked: Asked[];
/** Services that were told to listeners. */
let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  told = [];
  state = new LocalState(() => 0);
  state.listen(({ id }) => told.push(id));
  central = new CentralConfig({
    state,
    clock: testClock,
    defaultToken: () => 'default',
    resolver: {
      followProxy(registered, token, answer) {
        const one = { registered, token, answer, isFollowed: true };
        asked.push(one);
        return () => void (one.isFollowed = false);
      },
    },
  });
});

function proxy(Config: Record<string, unknown> = {}, token = ''): ServiceEntry {
  const service = toNodeService({
    Kind: 'connect-proxy',
    Name: 'web-proxy',
    Port: 1,
    Proxy: { DestinationServiceName: 'web', Config },
  });
  return { service, token, source: 'api' };
}

const configOf = (id: string) => state.service(id)!.service.Proxy.Config;
const linked = async (): Promise<void> => {
  const settled = central.linkConnected();
  await vi.advanceTimersByTimeAsync(1_000);
  await settled;
};
const merged = (Config: Record<string, unknown>): ConnectProxyConfig => ({ Config });

describe('a proxy of the local state', () => {
  it('is followed with what it registered, and takes each answer', async () => {
    state.putService(proxy({ a: 1 }));
    await linked();
    expect(asked).toMatchObject([
      {
        registered: { kind: 'connect-proxy', name: 'web-proxy', proxy: { Config: { a: 1 } } },
        token: 'default',
      },
    ]);
    asked[0]!.answer(merged({ a: 1, b: 2 }));
    expect(configOf('web-proxy')).toEqual({ a: 1, b: 2 });
    asked[0]!.answer(merged({ a: 1, b: 3 }));
    expect(configOf('web-proxy')).toEqual({ a: 1, b: 3 });
    expect(asked).toHaveLength(1);
  });

  it('tells nobody of an answer that says what is known', async () => {
    state.putService(proxy());
    await linked();
    asked[0]!.answer(merged({ b: 2 }));
    told = [];
    asked[0]!.answer(merged({ b: 2 }));
    expect(told).toEqual([]);
  });

  it('that registers the same again is followed on, and stands merged', async () => {
    state.putService(proxy());
    await linked();
    asked[0]!.answer(merged({ b: 2 }));
    state.putService(proxy());
    expect(configOf('web-proxy')).toEqual({ b: 2 });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['another configuration', proxy({ c: 1 })],
    ['another token', proxy({}, 'other')],
  ])(
    'that registers with %s is followed anew, and the old answer is not for it',
    async (_, next) => {
      state.putService(proxy());
      await linked();
      state.putService(next);
      expect(asked.map(({ isFollowed }) => isFollowed)).toEqual([false, true]);
      asked[0]!.answer(merged({ old: 1 }));
      expect(configOf('web-proxy')).toEqual(next.service.Proxy.Config);
      asked[1]!.answer(merged({ fresh: 1 }));
      expect(configOf('web-proxy')).toEqual({ fresh: 1 });
    },
  );

  it('that goes is followed no longer', async () => {
    state.putService(proxy());
    await linked();
    state.deleteService('web-proxy');
    expect(asked[0]!.isFollowed).toBe(false);
    asked[0]!.answer(merged({ late: 1 }));
    expect(state.services()).toEqual([]);
  });

  it('is kept on disk as it registered', async () => {
    state.putService(proxy({ a: 1 }));
    await linked();
    asked[0]!.answer(merged({ a: 1, b: 2 }));
    asked[0]!.answer(merged({ a: 1, b: 3 }));
    expect(asRegistered(state.service('web-proxy')!).Service.Proxy.Config).toEqual({ a: 1 });
  });
});

it("services that are no proxies are nobody's to ask about", async () => {
  const web = toNodeService({ Name: 'web', Port: 1 });
  state.putService({ service: web, token: '', source: 'api' });
  await linked();
  expect(asked).toEqual([]);
  expect((await central.merge(state.service('web')!)).service).toBe(web);
});

describe('a registration', () => {
  it('waits for the first answer', async () => {
    await linked();
    const merging = central.merge(proxy());
    asked[0]!.answer(merged({ b: 2 }));
    expect((await merging).service.Proxy).toEqual({ Config: { b: 2 } });
  });

  it('does not wait longer than a second, and takes the answer when it comes', async () => {
    await linked();
    const merging = central.merge(proxy({ a: 1 }));
    await vi.advanceTimersByTimeAsync(1_000);
    const entry = await merging;
    expect(entry.service.Proxy.Config).toEqual({ a: 1 });
    state.putService(entry);
    asked[0]!.answer(merged({ b: 2 }));
    expect(configOf('web-proxy')).toEqual({ b: 2 });
  });

  it('does not wait while there is no link', async () => {
    await linked();
    central.linkDisconnected();
    const entry = proxy();
    expect(await central.merge(entry)).toBe(entry);
    expect(asked).toEqual([]);
  });
});

it('nothing is followed after the stop', async () => {
  state.putService(proxy());
  await linked();
  central.stop();
  expect(asked[0]!.isFollowed).toBe(false);
  state.putService(proxy({ c: 1 }));
  expect(asked).toHaveLength(1);
});
