/**
 * The agent's log: lines in the shape that Consul's users know (time, level, name, text, key=value), or JSON.
 *
 * A hub keeps no history; /v1/agent/monitor listens to it while a client is there.
 */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

export interface LogEntry {
  readonly at: Date;
  readonly level: LogLevel;
  readonly name: string;
  readonly text: string;
}

export type LogListener = (entry: LogEntry) => void;

export class LogHub {
  readonly #listeners = new Set<{ minLevel: () => number; listener: LogListener }>();

  /**
   * @param level or what says it at each entry, where it may change
   * @returns a function that ends the listening
   */
  listen(level: LogLevel | (() => LogLevel), listener: LogListener): () => void {
    const minLevel = (): number =>
      LOG_LEVELS.indexOf(typeof level === 'function' ? level() : level);
    const registration = { minLevel, listener };
    this.#listeners.add(registration);
    return () => this.#listeners.delete(registration);
  }

  /** Whether anybody would hear it: what costs much to say need not be said to nobody. */
  isHeard(level: LogLevel): boolean {
    const index = LOG_LEVELS.indexOf(level);
    for (const { minLevel } of this.#listeners) if (index >= minLevel()) return true;
    return false;
  }

  emit(entry: LogEntry): void {
    const level = LOG_LEVELS.indexOf(entry.level);
    for (const { minLevel, listener } of this.#listeners) if (level >= minLevel()) listener(entry);
  }
}

export class Logger {
  readonly #hub: LogHub;
  readonly #name: string;

  constructor(hub: LogHub, name: string) {
    this.#hub = hub;
    this.#name = name;
  }

  named(name: string): Logger {
    return new Logger(this.#hub, this.#name === '' ? name : `${this.#name}.${name}`);
  }

  isHeard(level: LogLevel): boolean {
    return this.#hub.isHeard(level);
  }

  trace(text: string): void {
    this.#emit('trace', text);
  }

  debug(text: string): void {
    this.#emit('debug', text);
  }

  info(text: string): void {
    this.#emit('info', text);
  }

  warn(text: string): void {
    this.#emit('warn', text);
  }

  error(text: string): void {
    this.#emit('error', text);
  }

  #emit(level: LogLevel, text: string): void {
    this.#hub.emit({ at: new Date(), level, name: this.#name, text });
  }
}

/** `2026-01-02T03:04:05.678Z [WARN]  agent.link: text` */
export function renderLogLine(entry: LogEntry): string {
  const level = `[${entry.level.toUpperCase()}]`.padEnd(7);
  return `${entry.at.toISOString()} ${level} ${entry.name}: ${entry.text}`;
}

export function renderLogJSON(entry: LogEntry): string {
  const { at, level, name, text } = entry;
  return JSON.stringify({
    '@level': level,
    '@message': text,
    '@module': name,
    '@timestamp': at.toISOString(),
  });
}
