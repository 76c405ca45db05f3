/**
 * A control plane whose Worker stops where a test says: at the gates of a long poll's way into its relay, and in the middle
 * of a snapshot or a restore.
 *
 * Nothing of the product is changed for it: what stops is put around a copy of dist/worker.js, by the names that its parts
 * have there. A part that is called otherwise one day fails the start.
 */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import type { ControlPlaneSettings } from '../../sidecar/embedded/workerd-config.ts';
import { type ControlPlanes, fetchWorker } from './control-planes.ts';
import { findDatabase } from './datacenter-file.ts';
import { ROOT } from './lictor-process.ts';

/**
 * `worker-read`: the Worker has read, and asks the relay to park. `relay-accepted`: the relay holds the waiter, the datacenter
 * has not subscribed it. `datacenter-subscribed`: it has, and the relay has not been told.
 */
export type Gate = 'worker-read' | 'relay-accepted' | 'datacenter-subscribed';

const PATH = '/test/gates';
const STOPPED = 'LICTOR-STOPPED';

export class GatedWorker {
  readonly plane: ControlPlane;
  readonly #dataDir: string;
  readonly #stops: Map<string, () => void>;

  private constructor(plane: ControlPlane, dataDir: string, stops: Map<string, () => void>) {
    this.plane = plane;
    this.#dataDir = dataDir;
    this.#stops = stops;
  }

  static async start(
    planes: ControlPlanes,
    settings: ControlPlaneSettings = {},
  ): Promise<GatedWorker> {
    const workerFile = path.join(planes.temporaryDirectory(), 'worker.js');
    const source = fs.readFileSync(path.join(ROOT, 'dist/worker.js'), 'utf8');
    fs.writeFileSync(workerFile, addGates(source));
    const stops = new Map<string, () => void>();
    const take = (line: string): void => {
      const place = line.split(`${STOPPED} `)[1];
      if (place !== undefined) stops.get(place)?.();
    };
    const log = { info: take, warn: take, error: take };
    const dataDir = planes.temporaryDirectory();
    const plane = await planes.start(dataDir, 0, { workerFile, log, settings });
    return new GatedWorker(plane, dataDir, stops);
  }

  /** From now on whoever comes to the gate waits there. */
  async shut(gate: Gate): Promise<void> {
    await this.#ask({ shut: gate });
  }

  async open(gate: Gate): Promise<void> {
    await this.#ask({ open: gate });
  }

  /** Resolves once somebody waits at the gate. */
  async untilReached(gate: Gate): Promise<void> {
    await expect
      .poll(async () => (await this.#ask({})).waiting[gate] ?? 0, { timeout: 10_000 })
      .toBeGreaterThan(0);
  }

  /** The next calls of the datacenter to a relay do not arrive. */
  async loseBumps(count: number): Promise<void> {
    await this.#ask({ lose: String(count) });
  }

  /** How many calls to a relay are still to be lost. */
  async bumpsToLose(): Promise<number> {
    return (await this.#ask({})).lose;
  }

  /**
   * The next turn that comes to `place` lasts until workerd is killed, which the test does when this resolves.
   *
   * @param place `staged N`, `swap TABLE`, `committed` or `copied N`
   */
  async stopAt(place: string): Promise<{ stopped: Promise<void> }> {
    const stopped = new Promise<void>((resolve) => this.#stops.set(place, resolve));
    await this.#ask({ stop: place });
    return { stopped };
  }

  /** Names of tables and triggers that a snapshot or a restore left behind; the control plane has ended. */
  leftovers(): string[] {
    const storage = path.join(this.#dataDir, 'control-plane/storage');
    const database = new DatabaseSync(findDatabase(storage), { readOnly: true });
    const rows = database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'tmp%'").all();
    database.close();
    return rows.map(({ name }) => String(name));
  }

  /** Ends workerd at once, and resolves when it is back. Its gates are open then. */
  async kill(): Promise<void> {
    const { plane } = this;
    const { restarts } = plane;
    const answers = async (): Promise<boolean> =>
      plane.restarts > restarts && (await fetchWorker(plane, '/v1/status/leader')).ok;
    process.kill(-plane.pid!, 'SIGKILL');
    await expect.poll(() => answers().catch(() => false), { timeout: 15_000 }).toBe(true);
  }

  async #ask(query: Record<string, string>): Promise<GateStates> {
    const answer = await fetchWorker(this.plane, `${PATH}?${new URLSearchParams(query)}`);
    return (await answer.json()) as GateStates;
  }
}

interface GateStates {
  readonly waiting: Readonly<Record<string, number>>;
  readonly lose: number;
}

function addGates(source: string): string {
  const exported =
    /export \{ DatacenterObject, FederationObject, RelayObject, ([\w$]+) as default \};/.exec(
      source,
    )?.[1];
  if (exported === undefined) throw new Error('the built Worker does not export what it did');
  const gated = GATES.replaceAll('WORKER', exported);
  return source.replace(
    /export \{ DatacenterObject, FederationObject, RelayObject, [^}]*\};/,
    gated,
  );
}

const GATES = `
const gates = { shut: new Set(), waiting: {}, lose: 0, stop: '' };
const pass = async (name) => {
  if (!gates.shut.has(name)) return;
  gates.waiting[name] = (gates.waiting[name] ?? 0) + 1;
  while (gates.shut.has(name)) await new Promise((resolve) => setTimeout(resolve, 5));
  gates.waiting[name]--;
};
const stopAt = (place) => {
  if (gates.stop !== place) return;
  console.log('${STOPPED} ' + place);
  for (;;);
};

const gatedEnvs = new WeakMap();
const gateEnv = (env) => {
  if (gatedEnvs.has(env)) return gatedEnvs.get(env);
  const { RELAY_OBJECTS } = env;
  const gatedEnv = { ...env, RELAY_OBJECTS: {
    idFromName: (name) => RELAY_OBJECTS.idFromName(name),
    get: (id) => ({ fetch: async (...args) => { await pass('worker-read'); return RELAY_OBJECTS.get(id).fetch(...args); } }),
  } };
  gatedEnvs.set(env, gatedEnv);
  return gatedEnv;
};
const gatedWorker = { fetch(request, env) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname !== '${PATH}') return WORKER.fetch(request, gateEnv(env));
  if (searchParams.has('shut')) gates.shut.add(searchParams.get('shut'));
  if (searchParams.has('open')) gates.shut.delete(searchParams.get('open'));
  if (searchParams.has('lose')) gates.lose = Number(searchParams.get('lose'));
  if (searchParams.has('stop')) gates.stop = searchParams.get('stop');
  return Response.json({ waiting: gates.waiting, lose: gates.lose });
} };

const { watchForRelay } = DatacenterObject.prototype;
DatacenterObject.prototype.watchForRelay = async function (...args) {
  await pass('relay-accepted');
  const reply = watchForRelay.apply(this, args);
  await pass('datacenter-subscribed');
  return reply;
};
const { bump } = RelayObject.prototype;
RelayObject.prototype.bump = async function (...args) {
  if (gates.lose > 0) { gates.lose--; throw new Error('this call was lost'); }
  return bump.apply(this, args);
};

const { accept, commit } = SnapshotRestore.prototype;
SnapshotRestore.prototype.accept = function (...args) {
  accept.apply(this, args);
  this.steps = (this.steps ?? 0) + 1;
  stopAt('staged ' + this.steps);
};
SnapshotRestore.prototype.commit = function (...args) {
  const result = commit.apply(this, args);
  stopAt('committed');
  return result;
};
const swap = swapTableTxn;
swapTableTxn = (sql, table, names) => { stopAt('swap ' + table); swap(sql, table, names); };
const { next } = SnapshotCopy.prototype;
SnapshotCopy.prototype.next = function () {
  const piece = next.call(this);
  this.steps = (this.steps ?? 0) + 1;
  stopAt('copied ' + this.steps);
  return piece;
};

export { DatacenterObject, FederationObject, RelayObject, gatedWorker as default };`;
