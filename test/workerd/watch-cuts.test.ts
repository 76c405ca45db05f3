/**
 * A reader that is parked in its sidecar misses no change, with the write placed exactly where something breaks: between read
 * and park, at each step of a new link, while the datacenter sleeps, and around its death.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import {
  ControlPlanes,
  DEFAULT_CALL,
  LONGER_THAN_IDLE_MS,
  fetchWorker,
} from '../support/control-planes.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

const KEY = 'watched';
/** What a new link hears before its readers are parked again: the upgrade, the hello, the subscription's answer. */
const HANDSHAKE = ['the upgrade', 'the hello', "the subscription's answer"];
/** A reader that something wakes wrongly shows within this time. */
const STAYS_PARKED_MS = 150;

/** A sidecar with a proxy before it, and one reader of the key. */
class Reader {
  readonly proxy: HoldingProxy;
  readonly link: ServerLink;
  #index = 0;
  #answer: Promise<string> | null = null;
  #isAnswered = false;

  private constructor(proxy: HoldingProxy, link: ServerLink) {
    this.proxy = proxy;
    this.link = link;
  }

  static async start(plane: ControlPlane, node: string): Promise<Reader> {
    const proxy = await HoldingProxy.start(() => plane.port);
    planes.defer(() => proxy.stop());
    return new Reader(proxy, await planes.link(plane, node, () => proxy.url));
  }

  /** Asks from the present index, or from that of the last answer. */
  async ask(): Promise<void> {
    if (this.#index === 0) {
      const { index } = await this.link.rpc.call('kv.get', { key: KEY }, DEFAULT_CALL);
      this.#index = index;
    }
    this.#isAnswered = false;
    this.#answer = this.link.rpc
      .watch('kv.get', { key: KEY }, DEFAULT_CALL, this.#index, 60_000, undefined)
      .then(({ index, body }) => {
        expect(index).toBeGreaterThan(this.#index);
        this.#index = index;
        this.#isAnswered = true;
        return body;
      });
  }

  /** Asks, and resolves once nothing but a change can end the wait. */
  async park(): Promise<void> {
    await this.ask();
    await this.staysParked();
  }

  async staysParked(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, STAYS_PARKED_MS));
    expect(this.#isAnswered).toBe(false);
  }

  async learns(value: string): Promise<void> {
    expect(await this.#answer).toContain(Buffer.from(value).toString('base64'));
  }

  /** Breaks the link, and lets the new one come as far as before it hears number `step` of the handshake. */
  async reconnectUpTo(step: number): Promise<void> {
    this.proxy.cut();
    this.proxy.hold();
    for (let heard = 0; heard < step; heard++) {
      await this.proxy.untilHeld();
      this.proxy.pass();
    }
    if (step < HANDSHAKE.length) await this.proxy.untilHeld();
  }
}

/** Through the Worker, so that no sidecar's link takes part. */
async function write(plane: ControlPlane, value: string, key = KEY): Promise<void> {
  const answer = await fetchWorker(plane, `/v1/kv/${key}`, { method: 'PUT', body: value });
  expect(await answer.text()).toBe('true');
}

async function killWorkerd(plane: ControlPlane): Promise<void> {
  const { restarts } = plane;
  const answers = async (): Promise<boolean> =>
    plane.restarts > restarts && (await fetchWorker(plane, '/v1/status/leader')).ok;
  process.kill(-plane.pid!, 'SIGKILL');
  await expect.poll(() => answers().catch(() => false), { timeout: 10_000 }).toBe(true);
}

describe('between read and park', () => {
  it.each<[string, (proxy: HoldingProxy) => void]>([
    ['and the answer comes late', (proxy) => proxy.release()],
    ['and the answer is lost with its link', (proxy) => proxy.cut()],
  ])('the write comes when the subscription was read, %s', async (_name, goOn) => {
    const plane = await planes.start();
    await write(plane, 'before');
    const reader = await Reader.start(plane, 'n1');
    await reader.ask();
    // The subscription has left, and nothing can have come back in the same turn.
    reader.proxy.hold();
    await reader.proxy.untilHeld();
    await write(plane, 'at the cut');
    goOn(reader.proxy);
    await reader.learns('at the cut');
    await reader.park();
    await write(plane, 'after');
    await reader.learns('after');
  });
});

describe('over a new link', () => {
  it('of the sidecar: the write comes before each step of its handshake, and behind the last', async () => {
    const plane = await planes.start();
    await write(plane, 'before');
    const reader = await Reader.start(plane, 'n1');
    for (let step = 0; step <= HANDSHAKE.length; step++) {
      await reader.park();
      await reader.reconnectUpTo(step);
      await write(plane, `before step ${step}`);
      reader.proxy.release();
      await reader.learns(`before step ${step}`);
    }
    expect(reader.link.connects).toBe(HANDSHAKE.length + 2);
  });

  it('a push that is lost with the old one is made good, and a link that missed nothing wakes nobody', async () => {
    const plane = await planes.start();
    await write(plane, 'before');
    const reader = await Reader.start(plane, 'n1');
    await reader.park();
    reader.proxy.hold();
    await write(plane, 'pushed, and lost');
    await reader.proxy.untilHeld();
    reader.proxy.cut();
    await reader.learns('pushed, and lost');

    await reader.park();
    await write(plane, 'noise', 'elsewhere');
    await reader.reconnectUpTo(HANDSHAKE.length);
    reader.proxy.release();
    await reader.staysParked();
    await write(plane, 'after');
    await reader.learns('after');
  });
});

describe('while the datacenter sleeps', () => {
  it('links break, pushes are lost, and every reader learns of the write that wakes it', async () => {
    const plane = await planes.start();
    await write(plane, 'before');
    const undisturbed = await Reader.start(plane, 'n1');
    const pushLost = await Reader.start(plane, 'n2');
    const returning = await Reader.start(plane, 'n3');
    const readers = [undisturbed, pushLost, returning];
    for (const reader of readers) await reader.park();
    await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_IDLE_MS));
    for (const reader of readers) await reader.staysParked();

    pushLost.proxy.hold();
    await returning.reconnectUpTo(0);
    await write(plane, 'wakes it');
    await pushLost.proxy.untilHeld();
    pushLost.proxy.cut();
    returning.proxy.release();
    for (const reader of readers) await reader.learns('wakes it');
    expect(readers.map(({ link }) => link.connects)).toEqual([1, 2, 2]);
    for (const reader of readers) await reader.park();
    await write(plane, 'after');
    for (const reader of readers) await reader.learns('after');
  });
});

describe('kill -9 of workerd', () => {
  it('the write comes right before it, and at each step of the links after it', async () => {
    const plane = await planes.start();
    await write(plane, 'before');
    const reader = await Reader.start(plane, 'n1');
    await reader.park();
    reader.proxy.hold();
    await write(plane, 'committed, and never told');
    await reader.proxy.untilHeld();
    await killWorkerd(plane);
    reader.proxy.cut();
    await reader.learns('committed, and never told');

    for (let step = 0; step <= HANDSHAKE.length; step++) {
      await reader.park();
      await killWorkerd(plane);
      await reader.reconnectUpTo(step);
      await write(plane, `before step ${step}`);
      reader.proxy.release();
      await reader.learns(`before step ${step}`);
    }
  });
});
