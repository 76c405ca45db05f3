/** What the proxy needs of others; whoever runs it connects it. */

export interface AgentRequest {
  readonly method?: 'GET' | 'PUT' | 'POST';
  /** From `/v1`, already escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | true | undefined>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface AgentResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The HTTP API of the agent on this host. */
export interface AgentHTTP {
  /** @throws Error for every answer that is none of 2xx, and when none comes */
  request(request: AgentRequest): Promise<AgentResponse>;
}

export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
