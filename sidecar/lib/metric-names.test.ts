import { expect, it } from 'vitest';
import { isMetricAllowed, nameOfHost, renameMetric } from './metric-names.ts';

const naming = {
  metricsPrefix: 'consul',
  filterDefault: true,
  allowedPrefixes: [],
  blockedPrefixes: [],
};

it.each([
  ['consul.api.http', 'consul', 'consul.api.http'],
  ['consul.api.http', 'edge', 'edge.api.http'],
  ['consul.api.http', '', 'api.http'],
  ['lictor.link.connected', 'edge', 'lictor.link.connected'],
])('%s with the prefix %o is %s', (name, metricsPrefix, renamed) => {
  expect(renameMetric(name, { ...naming, metricsPrefix })).toBe(renamed);
});

it.each([
  [{}, true],
  [{ filterDefault: false }, false],
  [{ filterDefault: false, allowedPrefixes: ['consul.api'] }, true],
  [{ blockedPrefixes: ['consul.'] }, false],
  [{ blockedPrefixes: ['consul.'], allowedPrefixes: ['consul.api'] }, true],
  [{ blockedPrefixes: ['consul.api'], allowedPrefixes: ['consul.'] }, false],
  [{ blockedPrefixes: ['consul.api'], allowedPrefixes: ['consul.api'] }, false],
  [{ blockedPrefixes: ['consul.rpc'] }, true],
])('%o lets consul.api.http through: %s', (part, allowed) => {
  expect(isMetricAllowed('consul.api.http', { ...naming, ...part })).toBe(allowed);
});

it.each([
  ['consul.runtime.alloc_bytes', 'web-1', 'consul.web-1.runtime.alloc_bytes'],
  ['lictor.link.connected', 'a.example', 'lictor.a.example.link.connected'],
  ['consul.x', '$&', 'consul.$&.x'],
])('the gauge %s of the host %s', (gauge, hostname, name) => {
  expect(nameOfHost(gauge, hostname)).toBe(name);
});
