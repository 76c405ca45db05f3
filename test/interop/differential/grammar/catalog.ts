/** /v1/catalog and /v1/health: registrations in all their forms, and every read. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { deregisterBody, NODES, registerBody, SERVICES } from './catalog-bodies.ts';
import { filterFor } from './filters.ts';
import { queryOf, readParams, sometimes } from './words.ts';

type Weights = Record<'register' | 'deregister' | 'catalog' | 'health' | 'coordinate', number>;

export const catalog = (random: Random): Step =>
  step(random, { register: 8, deregister: 2, catalog: 5, health: 2, coordinate: 0 });
export const health = (random: Random): Step =>
  step(random, { register: 4, deregister: 1, catalog: 1, health: 8, coordinate: 1 });

function step(random: Random, weights: Weights): Step {
  switch (random.weighted(weights)) {
    case 'register':
      return {
        method: 'PUT',
        path: `/v1/catalog/register${queryOf(writeParams(random))}`,
        body: registerBody(random),
      };
    case 'deregister':
      return {
        method: 'PUT',
        path: `/v1/catalog/deregister${queryOf(writeParams(random))}`,
        body: deregisterBody(random),
      };
    case 'catalog':
      return { method: 'GET', path: catalogPath(random) };
    case 'health':
      return { method: 'GET', path: healthPath(random) };
    case 'coordinate':
      return {
        method: 'PUT',
        path: '/v1/coordinate/update',
        body: {
          Node: random.pick(['m1', 'm2']),
          Coord: {
            Vec: [random.integer(0, 9) / 100, 0, 0, 0, 0, 0, 0, 0],
            Error: 1.5,
            Adjustment: 0,
            Height: 1e-5,
          },
        },
      };
  }
}

const writeParams = (random: Random): ReturnType<typeof readParams> =>
  random.integer(0, 4) === 0 ? readParams(random) : {};

function catalogPath(random: Random): string {
  const node = encodeURIComponent(random.pick(NODES));
  const name = encodeURIComponent(random.pick(SERVICES));
  const path = random.pick([
    '/v1/catalog/nodes',
    '/v1/catalog/services',
    `/v1/catalog/node/${node}`,
    `/v1/catalog/node-services/${node}`,
    `/v1/catalog/service/${name}`,
    `/v1/catalog/service/${name}`,
    `/v1/catalog/connect/${name}`,
    '/v1/catalog/datacenters',
    `/v1/catalog/gateway-services/${name}`,
  ]);
  return path + queryOf(params(random, path));
}

function healthPath(random: Random): string {
  const node = encodeURIComponent(random.pick(NODES));
  const name = encodeURIComponent(random.pick(SERVICES));
  const state = random.pick([
    'any',
    'passing',
    'warning',
    'critical',
    'maintenance',
    'unknown',
    'x',
    '',
    'PASSING',
  ]);
  const path = random.pick([
    `/v1/health/node/${node}`,
    `/v1/health/checks/${name}`,
    `/v1/health/service/${name}`,
    `/v1/health/service/${name}`,
    `/v1/health/service/${name}`,
    `/v1/health/connect/${name}`,
    `/v1/health/ingress/${name}`,
    `/v1/health/state/${state}`,
  ]);
  return path + queryOf(params(random, path));
}

function params(random: Random, path: string): Record<string, string | null | undefined> {
  return {
    tag: sometimes(random, 6, () => random.pick(['v1', 'V2', 'absent', ''])),
    passing: sometimes(random, 6, () => random.pick([null, 'true', 'false', '0', 'x', '1', 'T'])),
    near: sometimes(random, 8, () => random.pick(['_agent', 'm1', 'absent', '_ip', ''])),
    'node-meta': sometimes(random, 8, () =>
      random.pick(['zone:a', 'zone', ':', 'zone:', 'absent:x', '']),
    ),
    filter: sometimes(random, 5, () => filterFor(random, path)),
    'merge-central-config': sometimes(random, 12, () => random.pick([null, 'false'])),
    ...readParams(random),
  };
}
