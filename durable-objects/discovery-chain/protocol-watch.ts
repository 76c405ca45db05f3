/** All services on a chain speak one protocol. */
import { invalid } from '../../protocol/errors.ts';
import { type ChainEntries, protocolOf } from './chain-entries.ts';

export class ProtocolWatch {
  readonly #entries: ChainEntries;
  readonly #service: string;
  #protocol = '';

  /** @param service whose chain it is */
  constructor(entries: ChainEntries, service: string) {
    this.#entries = entries;
    this.#service = service;
  }

  /** '' while no service was met. */
  get protocol(): string {
    return this.#protocol;
  }

  /** @throws RPCError when the service speaks another protocol than those before */
  meet(service: string): void {
    const protocol = protocolOf(this.#entries, service);
    if (this.#protocol === '') this.#protocol = protocol;
    if (this.#protocol === protocol) return;
    throw invalid(
      `discovery chain ${JSON.stringify(this.#service)} uses inconsistent protocols; ` +
        `service ${JSON.stringify(service)} has ${JSON.stringify(protocol)} which is not ${JSON.stringify(this.#protocol)}`,
    );
  }
}
