/** `doctor`: looks for what usually goes wrong, and says the next step. Consul has no such command. */
import { StatusError, TransportError } from '../../client/errors.ts';
import { AGENT } from '../api-flags.ts';
import { defineCommand } from '../command.ts';
import { examineClock, examineLink, examineNode } from '../doctor/datacenter.ts';
import { examineDNS } from '../doctor/dns.ts';
import { examineLiveness } from '../doctor/liveness.ts';
import {
  type AgentFacts,
  type Examination,
  type Finding,
  type Patient,
  fail,
  ok,
} from '../doctor/examination.ts';
import { flag } from '../flags.ts';
import { type Paint, paintFor } from '../terminal.ts';

const EXAMINATIONS: Readonly<Record<string, Examination>> = {
  link: examineLink,
  node: examineNode,
  nodes: examineLiveness,
  clock: examineClock,
  dns: examineDNS,
};
const MOODS = { ok: 'good', warn: 'poor', fail: 'bad' } as const;
const LABELS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

export const command = defineCommand({
  usage: 'doctor [options]',
  about: `Examines the agent of this host: whether it answers and takes the token, its link to the
datacenter, its place in the catalog, the clock, its DNS interface, and whether this host's
resolver forwards to it. For each fault it says the next step.

Exits with 0 when nothing failed (warnings do not count), and with 1 otherwise.`,
  api: AGENT,
  flags: { format: flag.text('How to print the findings: pretty or json.', 'pretty', 'pretty') },
  maxArguments: 0,
  async run({ client, flags, io, print }) {
    const paint = paintFor(io.stdout, io);
    const findings = await examine(client);
    if (flags.format === 'json') print(JSON.stringify(findings, null, 4));
    else for (const finding of findings) print(renderFinding(finding, paint));
    return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
  },
});

async function examine(client: Patient['client']): Promise<Finding[]> {
  let facts: AgentFacts;
  try {
    facts = await client.json<AgentFacts>({ path: '/v1/agent/self' });
  } catch (error) {
    return [explainSilence(error)];
  }
  const findings = [ok('agent', `${facts.Config.NodeName} in ${facts.Config.Datacenter} answers`)];
  for (const [subject, examination] of Object.entries(EXAMINATIONS)) {
    try {
      findings.push(...(await examination({ client, facts })));
    } catch (error) {
      findings.push(fail(subject, (error as Error).message, 'see `lictor monitor`'));
    }
  }
  return findings;
}

function explainSilence(error: unknown): Finding {
  const { message } = error as Error;
  if (error instanceof TransportError) {
    const next =
      'start it (`lictor agent -config-dir=DIR`), or name another with -http-addr or CONSUL_HTTP_ADDR';
    return fail('agent', `it does not answer: ${message}`, next);
  }
  if (error instanceof StatusError && error.status === 403) {
    const next = 'give a token that may read agents, with -token or CONSUL_HTTP_TOKEN';
    return fail('token', `it was refused: ${error.body}`, next);
  }
  return fail('agent', message, 'see whether a Lictor agent listens there at all');
}

function renderFinding({ verdict, subject, text, next }: Finding, paint: Paint): string {
  const line = `${paint(LABELS[verdict], MOODS[verdict])}  ${subject.padEnd(6)} ${text}`;
  return next === undefined ? line : `${line}\n      next: ${next}`;
}
