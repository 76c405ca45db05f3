import { describe, expect, it } from 'vitest';
import { load, loadObject, problemOf, problemsOf } from '../testing/fake-config-host.ts';

describe('the way to the control plane', () => {
  it.each([
    [
      {},
      {
        server: false,
        bootstrap: false,
        controlPlane: 'joined',
        leaveOnTerminate: true,
        skipLeaveOnInterrupt: false,
      },
    ],
    [
      { server: true },
      {
        bootstrap: false,
        controlPlane: 'joined',
        leaveOnTerminate: false,
        skipLeaveOnInterrupt: true,
        ports: { grpcTLS: 8503 },
      },
    ],
    [
      { server: true, bootstrap: true },
      { bootstrap: true, controlPlane: 'embedded' },
    ],
    [
      { server: true, bootstrap_expect: 1 },
      { bootstrap: true, controlPlane: 'embedded' },
    ],
    [
      { edge_url: 'https://x.example' },
      { controlPlane: 'edge', edgeURL: 'https://x.example', edgeToken: '' },
    ],
    [
      { server: true, leave_on_terminate: true, skip_leave_on_interrupt: false },
      { leaveOnTerminate: true, skipLeaveOnInterrupt: false },
    ],
  ])('%j', (config, expected) => {
    expect(loadObject(config)).toMatchObject(expected);
  });

  it('refuses a quorum, and says what to do', () => {
    expect(problemOf({ server: true, bootstrap_expect: 3 })).toBe(
      'a.json:1:35: bootstrap_expect: bootstrap_expect = 3 is not supported: a datacenter has one control plane, not a ' +
        'quorum of servers (set bootstrap = true on one agent and retry_join on the others, or deploy to the edge and ' +
        'set edge_url on every agent)',
    );
  });

  it.each([
    [{ bootstrap: true }, "'bootstrap = true' requires 'server = true'"],
    [{ bootstrap_expect: 1 }, "'bootstrap_expect > 0' requires 'server = true'"],
    [
      { bootstrap_expect: -1, server: true },
      'bootstrap_expect cannot be -1. Must be greater than or equal to zero',
    ],
    [
      { bootstrap: true, bootstrap_expect: 3, server: true },
      "'bootstrap_expect > 0' and 'bootstrap = true' are mutually exclusive",
    ],
    [
      { bootstrap: true, server: true, edge_url: 'https://x' },
      "'edge_url' and 'bootstrap = true' are mutually exclusive",
    ],
    [{ edge_url: 'ftp://x' }, 'not an http or https URL: "ftp://x"'],
    [{ edge_url: 'https://u:p@x' }, 'must not hold a user name or password'],
    [
      { edge_url: 'https://x', edge_token: 't', edge_token_file: 'f' },
      "'edge_token' and 'edge_token_file' are mutually exclusive",
    ],
    [
      { edge_url: 'https://x', edge_token_file: 'none' },
      'edge_token_file: cannot be read: ENOENT: /etc/none',
    ],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });

  it('reads the token from its file', () => {
    const { config } = load({
      args: ['-edge-url=https://x', '-token-file=/run/token'],
      files: { '/run/token': 'secret\n' },
    });
    expect(config.edgeToken).toBe('secret');
  });
});

describe('names', () => {
  it.each([
    [
      { datacenter: 'no spaces allowed' },
      'datacenter can only contain lowercase alphanumeric, - or _ characters. received: "no spaces allowed"',
    ],
    [{ datacenter: '' }, 'datacenter cannot be empty'],
    [{ primary_datacenter: 'a b' }, 'primary_datacenter can only contain'],
    [{ node_name: ' ' }, 'node_name cannot be empty'],
    [{ node_id: 'x' }, 'specified NodeID is invalid: "x" (a UUID is wanted)'],
    [{ node_meta: { 'consul-a': 'b' } }, "node_meta invalid: Couldn't load metadata pair"],
    [
      { node_meta: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])) },
      'Node metadata cannot contain more than 64 key/value pairs',
    ],
    [{ locality: { zone: 'z' } }, 'locality is invalid: zone cannot be set without region'],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });

  it.each([
    ['web_1', 'due to invalid characters'],
    ['x'.repeat(64), 'due to it being too long'],
  ])('node %s is warned of', (name, warning) => {
    expect(load({ args: [`-node=${name}`] }).warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('a data_dir that is a file is refused', () => {
    expect(problemsOf({ args: ['-data-dir=/f'], files: { '/f': '' } })).toEqual([
      'flag -data-dir: data_dir: data_dir "/f" is not a directory',
    ]);
  });
});
