/** One request of a random sequence, written once and sent to both agents. */
export interface Step {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'PATCH';
  /** With its query string, escaped as it shall travel. `{NAME}` is what `save` kept of an earlier answer of the same agent. */
  readonly path: string;
  /** An object goes out as JSON; `{NAME}` as above. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps the member `ID` of the answer under this name. */
  readonly save?: string;
  /** The order of the answer's lists means nothing: Consul takes it from a map or shuffles. */
  readonly unordered?: boolean;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A grammar: what may be asked in one area, as a source of steps. */
export type Grammar = (random: import('../../linearizability/random.ts').Random) => Step;
