/**
 * What survives a restart, under `data_dir` as in Consul: `services/`, `checks/` and
 * `checks/state/`. The files are Lictor's own: those of a Consul agent are not read.
 */
import { join } from 'node:path';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { JSONFiles } from './json-files.ts';
import type { LocalCheck, LocalService } from './entries.ts';
import type { Log } from './interfaces.ts';

/** A registration of the API; those of configuration files are never written. */
export interface PersistedService {
  readonly Service: LocalService;
  readonly Token: string;
  readonly SidecarOf?: string;
}

/**
 * `Definition` is null for maintenance mode. `Check` has the state of the registration, not the
 * present one.
 */
export interface PersistedCheck {
  readonly Check: LocalCheck;
  readonly Definition: CheckDefinition | null;
  readonly Token: string;
}

/** The last report of a TTL check, void after `ExpiresMs` (milliseconds since the epoch). */
export interface PersistedState {
  readonly CheckID: string;
  readonly Status: CheckStatus;
  readonly Output: string;
  readonly ExpiresMs: number;
}

/** Saving resolves once a crash of the agent cannot undo it; states are written later. */
export interface StateDirectory {
  services(): Promise<PersistedService[]>;
  saveService(service: PersistedService): Promise<void>;
  removeService(id: string): Promise<void>;
  checks(): Promise<PersistedCheck[]>;
  saveCheck(check: PersistedCheck): Promise<void>;
  removeCheck(id: string): Promise<void>;
  state(checkID: string): Promise<PersistedState | undefined>;
  /** Returns at once; only the last state of a check is sure to be written. */
  saveState(state: PersistedState): void;
  removeState(checkID: string): Promise<void>;
  /** Waits for the writes that are under way. */
  flush(): Promise<void>;
}

/** One directory belongs to one agent; who locks it is not decided here. */
export class FileStateDirectory implements StateDirectory {
  readonly #services: JSONFiles<PersistedService>;
  readonly #checks: JSONFiles<PersistedCheck>;
  readonly #states: JSONFiles<PersistedState>;
  readonly #log: Log;
  /** For each check the state that is to be written, null to remove it. */
  readonly #pending = new Map<string, PersistedState | null>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(dataDir: string, log: Log) {
    this.#log = log;
    this.#services = new JSONFiles(join(dataDir, 'services'), true, log);
    this.#checks = new JSONFiles(join(dataDir, 'checks'), true, log);
    // Reports come every few seconds: an fsync for each would cost more than the last report is
    // worth.
    this.#states = new JSONFiles(join(dataDir, 'checks', 'state'), false, log);
  }

  services(): Promise<PersistedService[]> {
    return this.#services.loadAll();
  }

  saveService(service: PersistedService): Promise<void> {
    return this.#services.save(service.Service.ID, service);
  }

  removeService(id: string): Promise<void> {
    return this.#services.remove(id);
  }

  checks(): Promise<PersistedCheck[]> {
    return this.#checks.loadAll();
  }

  saveCheck(check: PersistedCheck): Promise<void> {
    return this.#checks.save(check.Check.CheckID, check);
  }

  removeCheck(id: string): Promise<void> {
    return this.#checks.remove(id);
  }

  state(checkID: string): Promise<PersistedState | undefined> {
    return this.#states.load(checkID);
  }

  saveState(state: PersistedState): void {
    this.#put(state.CheckID, state);
  }

  removeState(checkID: string): Promise<void> {
    return this.#put(checkID, null);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  #put(checkID: string, state: PersistedState | null): Promise<void> {
    this.#pending.set(checkID, state);
    let writing = this.#writing.get(checkID);
    if (writing === undefined) {
      writing = this.#write(checkID).finally(() => this.#writing.delete(checkID));
      this.#writing.set(checkID, writing);
    }
    return writing;
  }

  /** Writes until nothing newer has come meanwhile. */
  async #write(checkID: string): Promise<void> {
    for (;;) {
      const state = this.#pending.get(checkID);
      if (state === undefined) return;
      this.#pending.delete(checkID);
      try {
        if (state === null) await this.#states.remove(checkID);
        else await this.#states.save(checkID, state);
      } catch (thrown) {
        // The check itself is well; only a restart would not know of this report.
        this.#log.warn(`failed to persist state of check ${checkID}: ${(thrown as Error).message}`);
      }
    }
  }
}

/** For an agent without `data_dir` (-dev): nothing survives. */
export const noStateDirectory: StateDirectory = {
  services: async () => [],
  saveService: async () => {},
  removeService: async () => {},
  checks: async () => [],
  saveCheck: async () => {},
  removeCheck: async () => {},
  state: async () => undefined,
  saveState: () => {},
  removeState: async () => {},
  flush: async () => {},
};
