/** /v1/config: every kind, with references between entries. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { DEFAULTS } from './config-defaults.ts';
import { GATEWAYS } from './config-gateways.ts';
import { SHARING } from './config-sharing.ts';
import { TRAFFIC } from './config-traffic.ts';
import { type Members, meta } from './config-words.ts';
import { bodyOf, queryOf, readParams, some, sometimes } from './words.ts';

export const KINDS = [
  'ingress-gateway',
  'terminating-gateway',
  'api-gateway',
  'http-route',
  'tcp-route',
  'inline-certificate',
  'service-router',
  'service-splitter',
  'service-resolver',
  'service-intentions',
  'exported-services',
  'mesh',
  'jwt-provider',
  'sameness-group',
  'service-defaults',
  'proxy-defaults',
] as const;
const NAMES = ['web', 'db', 'global', 'mesh', 'default', '*', '', 'gw', 'absent'];

export function configEntries(random: Random): Step {
  const kind = random.pick<string>([
    ...KINDS,
    'service-defaults',
    'proxy-defaults',
    'service-resolver',
    'nope',
    '',
    'file-system-certificate',
    'bound-api-gateway',
    'control-plane-request-limit',
  ]);
  const name = encodeURIComponent(random.pick(NAMES));
  switch (random.weighted({ put: 8, get: 4, remove: 2 })) {
    case 'put':
      return {
        method: 'PUT',
        path: `/v1/config${queryOf({ cas: sometimes(random, 6, () => random.pick(['0', '1', ''])), ...readParams(random) })}`,
        body: body(random),
      };
    case 'get':
      return {
        method: 'GET',
        path:
          random.pick([`/v1/config/${kind}`, `/v1/config/${kind}/${name}`, `/v1/config/${kind}/`]) +
          queryOf(readParams(random)),
      };
    case 'remove':
      return {
        method: 'DELETE',
        path: `/v1/config/${kind}/${name}${queryOf({ cas: sometimes(random, 4, () => random.pick(['0', '1', 'x'])), ...readParams(random) })}`,
      };
  }
}

function body(random: Random): unknown {
  const whole = entry(random);
  return bodyOf(random, whole, { whole: 9, spoiled: 3, broken: 0.5 });
}

function entry(random: Random): Record<string, unknown> {
  const kind = random.pick([
    ...KINDS,
    'service-defaults',
    'service-defaults',
    'proxy-defaults',
    'service-resolver',
    'service-splitter',
    'service-router',
  ] as const);
  return {
    Kind: random.integer(0, 19) === 0 ? random.pick(['', 'nope', 'Service-Defaults']) : kind,
    ...some(
      random,
      {
        Meta: () => meta(random),
        Namespace: () => random.pick(['default', 'x']),
        Partition: () => 'default',
      },
      9,
    ),
    ...MEMBERS[kind](random),
  };
}

const MEMBERS: Record<(typeof KINDS)[number], Members> = {
  ...DEFAULTS,
  ...TRAFFIC,
  ...GATEWAYS,
  ...SHARING,
};
