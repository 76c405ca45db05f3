/**
 * How long answers take, as Consul measures them: `dns.query` by type, and `dns.ptr_query` or `dns.domain_query` beside it
 * (agent/dns.go). Questions that a recursor answers, and those of foreign zones, are not measured there either.
 */
import type { SampleBook } from '../lib/samples.ts';
import type { Question } from './wire/query.ts';
import { typeName } from './wire/type-names.ts';

export class DNSTimings {
  readonly #book: SampleBook;
  readonly #node: string;

  /** @param node this agent's name, the label of every series */
  constructor(book: SampleBook, node: string) {
    this.#book = book;
    this.#node = node;
  }

  /** Where answers to such questions are measured. Kept with a cached answer, so that a hit looks nothing up. */
  of({ type, labels }: Pick<Question, 'type' | 'labels'>): AnswerTiming {
    const node = this.#node;
    const kind = labels.at(-1) === 'arpa' ? 'ptr_query' : 'domain_query';
    return new AnswerTiming(
      this.#book.series('consul.dns.query', { node, type: typeName(type) }),
      this.#book.series(`consul.dns.${kind}`, { node }),
    );
  }
}

type Observe = (ms: number) => void;

export class AnswerTiming {
  readonly #ofType: Observe;
  readonly #ofKind: Observe;

  constructor(ofType: Observe, ofKind: Observe) {
    this.#ofType = ofType;
    this.#ofKind = ofKind;
  }

  observe(ms: number): void {
    this.#ofType(ms);
    this.#ofKind(ms);
  }
}
