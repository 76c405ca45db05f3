/**
 * The tokens of the agent itself: those of its configuration, and those that were set while it ran, which win until they
 * are set anew (Consul: agent/token/store.go, persistence.go).
 */
import fs from 'node:fs';
import path from 'node:path';
import type { AgentTokenKind } from '../../agent-api/agent.ts';
import type { ACLConfig } from '../../config/agent-config-security.ts';
import type { Logger } from '../../lib/log.ts';

const FILE = 'acl-tokens.json';
/** Others must not read it. */
const SECRET_MODE = 0o600;

type Tokens = Partial<Record<AgentTokenKind, string>>;

export class AgentTokens {
  readonly #file: string | null;
  readonly #listeners = new Set<() => void>();
  #configured: Tokens;
  /** What was set through the API; an empty one takes a configured one away. */
  #set: Tokens = {};

  /** Reads what was kept, if the configuration wants it kept. */
  constructor(config: ACLConfig, dataDir: string, log: Logger) {
    this.#configured = configuredTokens(config);
    this.#file = config.enableTokenPersistence ? path.join(dataDir, FILE) : null;
    if (this.#file !== null) this.#set = readKept(this.#file, log);
  }

  /** For requests that carry no token. */
  readonly user = (): string => this.#get('default');
  /** For what the agent does itself. */
  readonly agent = (): string => this.#get('agent') || this.user();
  readonly dns = (): string => this.#get('dns') || this.user();
  readonly replication = (): string => this.#get('replication');
  readonly configFileRegistration = (): string => this.#get('config_file_service_registration');

  /** Whether a request's token is the one that opens the agent's own endpoints while nobody can be asked. */
  isRecovery(token: string): boolean {
    const recovery = this.#get('agent_recovery');
    return recovery !== '' && token === recovery;
  }

  /** @throws Error when it cannot be kept; it then counts until the agent ends */
  set(kind: AgentTokenKind, secret: string): void {
    this.#set = { ...this.#set, [kind]: secret };
    for (const listener of this.#listeners) listener();
    if (this.#file === null) return;
    const temporary = `${this.#file}.new`;
    fs.writeFileSync(temporary, JSON.stringify(this.#set), { mode: SECRET_MODE });
    fs.renameSync(temporary, this.#file);
  }

  reload(config: ACLConfig): void {
    this.#configured = configuredTokens(config);
    // As Consul: what is not kept in a file gives way to the configuration.
    if (this.#file === null) this.#set = {};
    for (const listener of this.#listeners) listener();
  }

  /** Called after every change. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #get(kind: AgentTokenKind): string {
    return this.#set[kind] ?? this.#configured[kind] ?? '';
  }
}

function configuredTokens({ tokens }: ACLConfig): Tokens {
  return {
    default: tokens.default,
    agent: tokens.agent,
    agent_recovery: tokens.agentRecovery,
    replication: tokens.replication,
    config_file_service_registration: tokens.configFileServiceRegistration,
    dns: tokens.dns,
  };
}

/** A file that cannot be read costs the tokens in it, not the start. */
function readKept(file: string, log: Logger): Tokens {
  if (!fs.existsSync(file)) return {};
  try {
    const kept: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (typeof kept !== 'object' || kept === null) throw new Error('it holds no object');
    return Object.fromEntries(
      Object.entries(kept).filter(([, secret]) => typeof secret === 'string'),
    );
  } catch (error) {
    log.warn(`cannot read the tokens kept in ${file}: ${(error as Error).message}`);
    return {};
  }
}
