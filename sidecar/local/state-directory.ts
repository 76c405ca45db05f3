/**
 * What survives a restart, in one journal under `data_dir`: services, checks, and the last reports of TTL checks. The file is
 * Lictor's own: those of a Consul agent are not read.
 */
import { join } from 'node:path';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { EARLIER_FOLDERS, readEarlierFiles, removeEarlierFiles } from './earlier-files.ts';
import { Journal } from './journal.ts';
import type { LocalCheck, LocalService } from './entries.ts';
import type { Log } from './interfaces.ts';

const JOURNAL_FILE = 'local-state.jsonl';
/** What stands before an ID in the journal's keys. */
const SERVICE = 'service/';
const CHECK = 'check/';
const STATE = 'state/';

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
  readonly #dataDir: string;
  readonly #journal: Journal;
  readonly #log: Log;
  /** Taking over what an earlier version kept; its failure is that of the first who waits for it. */
  readonly #takenOver: Promise<void>;

  constructor(dataDir: string, log: Log) {
    this.#dataDir = dataDir;
    this.#log = log;
    this.#journal = new Journal(join(dataDir, JOURNAL_FILE), log);
    this.#takenOver = this.#takeOver();
    this.#takenOver.catch((thrown: Error) =>
      log.error(`what an earlier version kept is not taken over: ${thrown.message}`),
    );
  }

  async services(): Promise<PersistedService[]> {
    await this.#takenOver;
    return this.#journal.values(SERVICE) as PersistedService[];
  }

  saveService(service: PersistedService): Promise<void> {
    return this.#journal.put(SERVICE + service.Service.ID, service, true);
  }

  removeService(id: string): Promise<void> {
    return this.#journal.put(SERVICE + id, undefined, true);
  }

  async checks(): Promise<PersistedCheck[]> {
    await this.#takenOver;
    return this.#journal.values(CHECK) as PersistedCheck[];
  }

  saveCheck(check: PersistedCheck): Promise<void> {
    return this.#journal.put(CHECK + check.Check.CheckID, check, true);
  }

  removeCheck(id: string): Promise<void> {
    return this.#journal.put(CHECK + id, undefined, true);
  }

  async state(checkID: string): Promise<PersistedState | undefined> {
    return this.#journal.get(STATE + checkID) as PersistedState | undefined;
  }

  // Reports come every few seconds: an fsync for each would cost more than the last report is worth.
  saveState(state: PersistedState): void {
    void this.#putState(state.CheckID, state);
  }

  removeState(checkID: string): Promise<void> {
    return this.#putState(checkID, undefined);
  }

  flush(): Promise<void> {
    return this.#journal.flush();
  }

  async #putState(checkID: string, state: PersistedState | undefined): Promise<void> {
    try {
      await this.#journal.put(STATE + checkID, state, false);
    } catch (thrown) {
      // The check itself is well; only a restart would not know of this report.
      this.#log.warn(`failed to persist state of check ${checkID}: ${(thrown as Error).message}`);
    }
  }

  async #takeOver(): Promise<void> {
    const [states, checks, services] = EARLIER_FOLDERS.map((folder) =>
      readEarlierFiles(join(this.#dataDir, folder), this.#log),
    ) as [PersistedState[], PersistedCheck[], PersistedService[]];
    if (states.length + checks.length + services.length === 0) return;
    await Promise.all([
      ...services.map((service) => this.saveService(service)),
      ...checks.map((check) => this.saveCheck(check)),
      ...states.map((state) => this.#putState(state.CheckID, state)),
    ]);
    removeEarlierFiles(this.#dataDir);
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
