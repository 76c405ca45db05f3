/** Each name, type and form of question to a real Consul and to ours, which hold the same catalog: the answers are equal. */
import { afterEach, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { LICTOR } from '../support/lictor-process.ts';
import { askAll } from './differential-dns/asker.ts';
import { fillCatalog } from './differential-dns/catalog.ts';
import { difference } from './differential-dns/compare.ts';
import { questionsFor } from './differential-dns/questions.ts';
import { randomQuestions } from './differential-dns/random-questions.ts';
import { OtherZones } from './differential-dns/recursor.ts';
import type { AgentProcess } from './agent-process.ts';
import { startTwin } from './differential-dns/twin-agent.ts';

/** What the report of a failure shows; the first differences tell enough. */
const MAX_SHOWN = 20;

/** Beside the questions that are listed, as many by chance; `DNS_SEED=7` plays others. */
const RANDOM_SEEDS = (process.env['DNS_SEED'] ?? '1,2,3').split(',').map(Number);
const RANDOM_QUESTIONS = 4000;

interface Profile {
  readonly title: string;
  /** Under which the questions are asked. */
  readonly domain: string;
  readonly config: object;
}

const PROFILES: readonly Profile[] = [
  { title: 'the defaults', domain: 'consul', config: {} },
  {
    title: 'lifetimes, limits, TC, SOA, only passing, no metadata, another domain',
    domain: 'lictor',
    config: {
      domain: 'lictor.',
      alt_domain: 'alt.example.',
      dns_config: {
        node_ttl: '5s',
        service_ttl: { web: '11s', 'db-*': '12s', 'db-special': '13s', 'db-long*': '14s', '*': '15s' },
        soa: { refresh: 101, retry: 102, expire: 103, min_ttl: 104 },
        only_passing: true,
        enable_truncate: true,
        udp_answer_limit: 2,
        a_record_limit: 4,
        enable_additional_node_meta_txt: false,
      },
    },
  },
  {
    title: 'the alternative domain in mixed case, no compression, a large answer limit',
    domain: 'Alt.Example',
    config: {
      alt_domain: 'alt.example.',
      translate_wan_addrs: true,
      dns_config: { disable_compression: true, enable_truncate: true, udp_answer_limit: 20 },
    },
  },
  {
    title: 'a domain of several labels below the alternative one',
    domain: 'a.b.example',
    config: { domain: 'a.b.example', alt_domain: 'b.example' },
  },
]; // prettier-ignore

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).reverse()) await stop();
});

/** Both, with the same configuration and catalog. */
async function startTwins(config: object): Promise<readonly [AgentProcess, AgentProcess]> {
  const programs = [requireProgram(PROGRAMS.consul), process.env['LICTOR_BIN'] ?? LICTOR];
  const started = await Promise.allSettled(
    programs.map(async (program) => {
      const agent = await startTwin(program, config);
      cleanUp.push(() => agent.stop());
      await fillCatalog(agent);
      return agent;
    }),
  );
  const [consul, lictor] = started.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return [consul!, lictor!];
}

async function expectEqualAnswers(config: object, domain: string): Promise<void> {
  const [consul, lictor] = await startTwins(config);
  const questions = [
    ...questionsFor(domain),
    ...RANDOM_SEEDS.flatMap((seed) => randomQuestions(seed, domain, RANDOM_QUESTIONS)),
  ];
  const theirs = await askAll(consul.dns, questions);
  const ours = await askAll(lictor.dns, questions);
  const differences = questions
    .map((question, index) => difference(question, theirs[index], ours[index]))
    .filter((found) => found !== undefined);
  expect(differences.slice(0, MAX_SHOWN), `${differences.length} differ`).toEqual([]);
  // Silence on both sides would be equal, too.
  expect(theirs.filter((answer) => answer !== undefined)).toHaveLength(questions.length);
}

describe('answers beside Consul', () => {
  it.each(PROFILES)('with $title', async ({ domain, config }) => {
    await expectEqualAnswers(config, domain);
  });

  it('with a recursor for all other zones', async () => {
    const others = new OtherZones();
    cleanUp.push(() => others.stop());
    await expectEqualAnswers({ recursors: [await others.start()] }, 'consul');
  });
});
