import { describe, expect, it } from 'vitest';
import { load, loadHCL, loadObject, problemsOf } from './testing/fake-config-host.ts';

describe('types are as strict as in Consul', () => {
  it.each([
    [
      '{"ports":{"http":"8500"}}',
      '1:18: ports.http: expected a whole number, found the string "8500" (write it without quotes)',
    ],
    [
      '{"ports":{"http":"eighty"}}',
      '1:18: ports.http: expected a whole number, found the string "eighty"',
    ],
    [
      '{"server":"true"}',
      '1:11: server: expected true or false, found the string "true" (write it without quotes)',
    ],
    ['{"datacenter":5}', '1:15: datacenter: expected a string, found the number 5'],
    [
      '{"retry_join":"x"}',
      '1:15: retry_join: expected a list, found the string "x" (put it in square brackets)',
    ],
    ['{"retry_join":["a",1]}', '1:20: retry_join[1]: expected a string, found the number 1'],
    ['{"services":{"name":"x"}}', '1:13: services: expected a list, found a table'],
    [
      '{"service":[{"name":"x"},{"name":"y"}]}',
      '1:12: service: expected a table, found a list of 2',
    ],
    ['{"ports":5}', '1:10: ports: expected a table, found the number 5'],
    ['{"node_meta":{"a":1}}', '1:19: node_meta[a]: expected a string, found the number 1'],
    [
      '{"max_query_time":5}',
      '1:19: max_query_time: expected a duration such as "10s", found the number 5 (for example "5s")',
    ],
    [
      '{"max_query_time":"5"}',
      '1:19: max_query_time: invalid duration: "5" (for example "10s", "5m" or "1h30m")',
    ],
    ['{"limits":{"kv_max_value_size":-1}}', '1:32: limits.kv_max_value_size: -1 is negative'],
    ['{"watches":["x"]}', '1:13: watches[0]: expected a table, found the string "x"'],
    ['[1,2]', '1:1: the file must hold one object'],
  ])('%s', (text, problem) => {
    expect(problemsOf({ files: { 'a.json': text } })).toEqual([`a.json:${problem}`]);
  });
});

describe('and as lenient', () => {
  it('takes a list of one for its element, cuts fractions, and skips null', () => {
    const config = loadObject({
      datacenter: ['dc7'],
      ports: [{ http: 8501.7 }],
      domain: null,
      recursors: ['1.1.1.1', null],
    });
    expect(config).toMatchObject({ datacenter: 'dc7', ports: { http: 8501 } });
    expect(config.dns).toMatchObject({ domain: 'consul.', recursors: ['1.1.1.1'] });
  });

  it('takes one HCL block for a list', () => {
    expect(loadHCL('services { name = "a" }').services).toEqual([{ Name: 'a' }]);
  });

  it('ignores the case of keys', () => {
    expect(loadObject({ DataCenter: 'x', Ports: { HTTP: 1 } })).toMatchObject({
      datacenter: 'x',
      ports: { http: 1 },
    });
  });

  it('skips an empty file', () => {
    expect(load({ files: { 'a.json': ' \n', 'b.hcl': '', 'c.json': 'null' } }).warnings).toEqual(
      [],
    );
  });
});

describe('unknown keys', () => {
  it.each([
    [
      'a.json',
      '{\n  "no_such_option": true\n}',
      ['a.json:2:3: no_such_option: invalid config key no_such_option'],
    ],
    [
      'a.hcl',
      'ports {\n  htttp = 1\n}',
      ['a.hcl:2:3: ports.htttp: invalid config key ports.htttp (did you mean http?)'],
    ],
    [
      'a.hcl',
      'service "web" { port = 1 }',
      ['a.hcl:1:9: service.web: invalid config key service.web'],
    ],
    [
      'a.hcl',
      'servics = 1',
      ['a.hcl:1:1: servics: invalid config key servics (did you mean service?)'],
    ],
    [
      'a.json',
      '{"service":{"name":"x","check":{"ttl":"1s","foo":1},"prt":1},"bogus":1}',
      [
        'a.json:1:44: service.check.foo: invalid config key service.check.foo',
        'a.json:1:53: service.prt: invalid config key service.prt',
        'a.json:1:62: bogus: invalid config key bogus',
      ],
    ],
  ])('%s %j', (file, text, problems) => {
    expect(problemsOf({ files: { [file]: text } })).toEqual(problems);
  });
});

describe('fates', () => {
  it.each([
    [
      { raft_protocol: 3 },
      'raft_protocol has no effect: the datacenter is a single Durable Object',
    ],
    [
      { raft_protocol: 3, autopilot: { max_trailing_logs: 1 } },
      'autopilot, raft_protocol have no effect: the datacenter',
    ],
    [{ performance: { raft_multiplier: 1 } }, 'performance.raft_multiplier has no effect'],
    [
      { limits: { rpc_client_timeout: '1s' } },
      'limits.rpc_client_timeout has no effect: agents reach the datacenter',
    ],
    [
      { partition: 'p' },
      '"partition" is a Consul Enterprise configuration and will have no effect',
    ],
    [
      { non_voting_server: true },
      '"read_replica" is a Consul Enterprise configuration and will have no effect',
    ],
    [
      { dns_config: { prefer_namespace: true } },
      '"dns_config.prefer_namespace" is a Consul Enterprise',
    ],
    [{ audit: { enabled: true, sink: { a: { type: 'file' } } } }, '"audit" is a Consul Enterprise'],
  ])('%j warns', (config, warning) => {
    const { warnings } = load({ files: { 'a.json': JSON.stringify(config) } });
    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('gives one warning for one reason, whatever the number of files', () => {
    const files = {
      'a.json': '{"raft_protocol":3}',
      'b.json': '{"raft_protocol":3,"raft_trailing_logs":1}',
    };
    expect(load({ files }).warnings).toEqual([
      expect.stringMatching(/^raft_protocol, raft_trailing_logs have no effect/),
    ]);
  });

  it('says nothing of empty values', () => {
    expect(
      load({ files: { 'a.json': '{"partition":"","segment":"","raft_prevote_disabled":false}' } })
        .warnings,
    ).toEqual([]);
  });

  it.each([
    [
      { segment: 'x' },
      'a.json:1:2: segment: Network segments are not supported in this version of Consul',
    ],
    [
      { segments: [{ name: 'x' }] },
      'a.json:1:2: segments: Network segments are not supported in this version of Consul',
    ],
  ])('%j is refused', (config, problem) => {
    expect(problemsOf({ files: { 'a.json': JSON.stringify(config) } })).toEqual([problem]);
  });
});
