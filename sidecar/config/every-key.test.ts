/** Each key of Consul's, and what becomes of it: docs/configuration.md is written by this test (`vitest -u`). */
import { describe, expect, it } from 'vitest';
import { AGENT_KEYS } from './keys/agent-keys.ts';
import { CONSUL_KEYS } from './testing/consul-keys.ts';
import { load, problemsOf } from './testing/fake-config-host.ts';
import { renderKeyTable } from './testing/key-table.ts';
import { renderHCL, sampleValue, wrongValue } from './testing/sample-value.ts';
import type { Schema } from './schema.ts';

const KEYS = Object.entries<Schema>(AGENT_KEYS.fields);
const FORMATS: readonly (readonly [string, (key: string, value: unknown) => string])[] = [
  ['a.json', (key, value) => JSON.stringify({ [key]: value }, undefined, 1)],
  ['a.hcl', (key, value) => `\n${key} = ${renderHCL(value)}`],
];
/** What else must stand in the file. */
const NEEDS_SERVER = new Set(['bootstrap', 'bootstrap_expect']);

function argumentsFor(key: string): string[] {
  return NEEDS_SERVER.has(key) ? ['-server'] : [];
}

describe('each key of Consul', () => {
  const spellings = new Set(KEYS.flatMap(([name, { aliases }]) => [name, ...aliases]));

  it('is known', () => {
    expect(CONSUL_KEYS.filter((key) => !spellings.has(key))).toEqual([]);
  });

  it('stands in the documentation with its fate', async () => {
    await expect(renderKeyTable(AGENT_KEYS)).toMatchFileSnapshot('../../docs/configuration.md');
  });
});

describe.each(FORMATS)('%s', (name, render) => {
  const files = (key: string, value: unknown): Record<string, string> => ({
    [name]: render(key, value),
  });

  it.each(KEYS)('%s of the right type has its fate', (key, schema) => {
    const given = { files: files(key, sampleValue(schema, key)), args: argumentsFor(key) };
    const { fate } = schema;
    if (fate.kind === 'refused') {
      expect(problemsOf(given).join('\n')).toContain(fate.reason);
      return;
    }
    const about = load(given).warnings.filter((text) => text.includes(key));
    if (fate.kind === 'honoured') {
      // A part of it may be without meaning, of which one line is said for each reason.
      expect(about.filter((text) => text.startsWith(`${key} has no effect`))).toEqual([]);
      return;
    }
    const reason = fate.kind === 'enterprise' ? 'Consul Enterprise configuration' : fate.reason;
    expect(about).toEqual([expect.stringContaining(reason)]);
  });

  it.each(KEYS.filter(([, { kind }]) => kind !== 'any'))(
    '%s of the wrong type names file, line and key',
    (key, schema) => {
      const problems = problemsOf({ files: files(key, wrongValue(schema)) });
      expect(problems[0]).toMatch(new RegExp(`^(?:/etc/)?${name}:2:\\d+: ${key}: expected `));
    },
  );

  it('a key in another case is the same, an unknown one is refused', () => {
    expect(load({ files: files('NODE_NAME', 'x') }).config.nodeName).toBe('x');
    expect(problemsOf({ files: files('node_nam', 'x') })[0]).toContain(
      'invalid config key node_nam (did you mean node_name?)',
    );
  });
});

describe('what Consul refuses of the right type', () => {
  it.each<[object, string]>([
    [
      { performance: { raft_multiplier: 11 } },
      'performance.raft_multiplier cannot be 11. Must be between 1 and 10',
    ],
    [
      { autopilot: { max_trailing_logs: -1 } },
      'autopilot.max_trailing_logs cannot be -1. Must be greater than or equal to zero',
    ],
    [{ raft_protocol: 2 }, 'raft_protocol version 2 is not supported by this version of Consul'],
    [
      { server_rejoin_age_max: '1h' },
      "server_rejoin_age_max duration '1h' cannot be less than: 6h0m0s",
    ],
    [
      { cache: { entry_fetch_max_burst: 0 } },
      'cache.entry_fetch_max_burst must be strictly positive, was: 0',
    ],
    [
      { cache: { entry_fetch_rate: 0 } },
      'cache.entry_fetch_rate must be strictly positive, was: 0',
    ],
    [{ check_output_max_size: 1e30 }, 'check_output_max_size: 1e+30 is out of range'],
    [
      { enable_syslog: true, syslog_facility: 'nope' },
      'syslog_facility: invalid syslog facility: nope',
    ],
    [
      { enable_syslog: true, syslog_address: 'host' },
      'syslog_address: not a host and port: "host"',
    ],
  ])('%o', (config, message) => {
    expect(problemsOf({ files: { 'a.json': JSON.stringify(config) } })[0]).toContain(message);
  });

  it.each<[object, object]>([
    [{ cache: { entry_fetch_rate: -1 } }, {}],
    [{ ae_interval: 'whatever' }, {}],
    [{ log_level: 'ERR' }, { log: { level: 'error' } }],
    [{ server: true, bootstrap: true, bootstrap_expect: 1 }, { bootstrap: true }],
    [
      { enable_syslog: true, syslog_facility: 'daemon' },
      { log: { syslog: { facility: 'DAEMON', collector: undefined } } },
    ],
    [
      { enable_syslog: true, syslog_address: '[fd00::5]:514' },
      { log: { syslog: { facility: 'LOCAL0', collector: { host: 'fd00::5', port: 514 } } } },
    ],
    [{ syslog_facility: 'daemon' }, { log: { syslog: undefined } }],
  ])('but not %o', (config, expected) => {
    const files = { 'a.json': JSON.stringify(config) };
    expect(load({ files }).config).toMatchObject(expected);
  });
});
