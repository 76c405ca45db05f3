/** Which zone a question belongs to: the domain, the alternative domain, reverse names, or none of ours. */
import { fullyQualified, lowerCase } from '../wire/name.ts';
import type { Question } from '../wire/query.ts';

export type ZoneMatch =
  | {
      readonly kind: 'domain';
      /** Lower-cased labels before the domain. */
      readonly labels: readonly string[];
      /** The domain in the question's own letter case: names in the answer repeat it. */
      readonly domain: string;
    }
  | { readonly kind: 'reverse' }
  | { readonly kind: 'foreign' };

export class Zones {
  /** Lower-cased, with a final dot. */
  readonly domain: string;
  readonly altDomain: string | undefined;
  readonly #domains: readonly (readonly string[])[];

  constructor(domain: string, altDomain: string | undefined) {
    this.domain = lowerCase(fullyQualified(domain));
    this.altDomain = altDomain ? lowerCase(fullyQualified(altDomain)) : undefined;
    const names = this.altDomain ? [this.domain, this.altDomain] : [this.domain];
    // Longest first: with `consul` and `alt.consul`, the name `x.alt.consul` belongs to the latter.
    this.#domains = names.map(labelsOf).toSorted((a, b) => b.length - a.length);
  }

  match(question: Question): ZoneMatch {
    const { labels } = question;
    for (const domain of this.#domains) {
      if (!endsWith(labels, domain)) continue;
      const rest = labels.slice(0, labels.length - domain.length);
      return { kind: 'domain', labels: rest, domain: lastLabels(question.name, domain.length) };
    }
    return { kind: labels.at(-1) === 'arpa' ? 'reverse' : 'foreign' };
  }

  /** Whether `name` lies below one of our domains, so that an alias to it can be followed here. */
  contains(name: string): boolean {
    const lower = lowerCase(name);
    return [this.domain, this.altDomain].some((domain) => domain && lower.endsWith(`.${domain}`));
  }

  /** The owner of the SOA. Consul names the alternative domain only below it and only in lower case. */
  authorityOf(questionName: string): string {
    const alternative = this.altDomain && questionName.endsWith(`.${this.altDomain}`);
    return alternative ? this.altDomain! : this.domain;
  }
}

function labelsOf(name: string): string[] {
  return name === '.' ? [] : name.slice(0, -1).split('.');
}

function endsWith(labels: readonly string[], suffix: readonly string[]): boolean {
  const offset = labels.length - suffix.length;
  return offset >= 0 && suffix.every((label, index) => labels[offset + index] === label);
}

function lastLabels(name: string, count: number): string {
  return `${labelsOf(name).slice(-count).join('.')}.`;
}
