import { HTTPError } from '../http-error.ts';

/**
 * An expression that does not parse, names an unknown selector, or asks too much.
 *
 * Consul answers it with 500. `reason` is the bare cause; `message` carries the prefix that Consul puts before it in an HTTP answer. Almost every
 * endpoint sends `message`; `/v1/agent/checks` sends `reason` for a bad selector, because Consul checks selectors there
 * only once it has a row.
 */
export class FilterError extends HTTPError {
  readonly reason: string;

  constructor(reason: string) {
    super(500, `Failed to create boolean expression evaluator: ${reason}`);
    this.name = 'FilterError';
    this.reason = reason;
  }
}
