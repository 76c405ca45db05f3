import { describe, expect, it } from 'vitest';
import { loadAgentConfig } from './load-agent-config.ts';
import { loadServiceDefinitions } from './load-service-definitions.ts';
import { ConfigError } from './problem.ts';
import { fakeConfigHost, load, loadObject, problemsOf } from './testing/fake-config-host.ts';

function names(config: { services: readonly { Name: string }[] }): string[] {
  return config.services.map(({ Name }) => Name);
}

describe('merge', () => {
  it('lets later scalars win, joins lists, overlays maps, merges tables', () => {
    const { config } = load({
      args: ['-node=flag', '-retry-join=first'],
      files: {
        'a.json':
          '{"node_name":"a","datacenter":"a","retry_join":["a"],"node_meta":{"x":"a","y":"a"},"ports":{"http":1,"dns":2}}',
        'b.hcl':
          'node_name = "b" datacenter = "b" retry_join = ["b"] node_meta { x = "b" z = "b" } ports { http = 3 }',
      },
    });
    expect(config).toMatchObject({
      nodeName: 'flag',
      datacenter: 'b',
      nodeMeta: { x: 'b', y: 'a', z: 'b' },
      ports: { http: 3, dns: 2 },
    });
    // Lists of flags come before those of files, as in Consul.
    expect(config.gossipLAN.retryJoin).toEqual(['first', 'a', 'b']);
  });

  it('gathers services and checks of every form, in the order of the files', () => {
    const { config } = load({
      files: {
        'a.json':
          '{"service":{"name":"a1"},"services":[{"name":"a2"}],"check":{"name":"ca","ttl":"1s"}}',
        'b.hcl':
          'services { name = "b1" }\nservices { name = "b2" }\nservice { name = "b3" }\nchecks { name = "cb" ttl = "1s" }',
      },
    });
    expect(names(config)).toEqual(['a2', 'a1', 'b1', 'b2', 'b3']);
    expect(config.checks.map(({ Name }) => Name)).toEqual(['ca', 'cb']);
  });

  it('lets -hcl win over all', () => {
    const { config } = load({
      args: ['-node=flag', '-hcl=node_name = "hcl"'],
      files: { 'a.json': '{"node_name":"a"}' },
    });
    expect(config.nodeName).toBe('hcl');
  });

  it('replaces soa and locality as a whole', () => {
    const { config } = load({
      files: {
        'a.json':
          '{"dns_config":{"soa":{"refresh":1,"retry":2}},"locality":{"region":"r","zone":"z"}}',
        'b.json': '{"dns_config":{"soa":{"retry":3}},"locality":{"region":"s"}}',
      },
    });
    expect(config.dns.soa).toEqual({ refresh: 3600, retry: 3, expire: 86_400, minTTL: 0 });
    expect(config.locality).toEqual({ Region: 's' });
  });
});

describe('directories', () => {
  const files = {
    '/conf.d/20.json': '{"service":{"name":"twenty"},"node_name":"twenty"}',
    '/conf.d/10.hcl': 'service { name = "ten" }\nnode_name = "ten"',
    '/conf.d/README.md': 'not a configuration',
    '/conf.d/sub/30.json': '{"service":{"name":"thirty"}}',
    '/conf.d/Z.json': '{"service":{"name":"capital"}}',
  };

  it('are read in the order of names, without sub-directories and other files', () => {
    const { config, warnings } = load({ args: ['-config-dir=/conf.d'], files });
    expect(names(config)).toEqual(['ten', 'twenty', 'capital']);
    expect(config.nodeName).toBe('twenty');
    expect(warnings).toEqual([
      'skipping file /conf.d/README.md, extension must be .hcl or .json, or config format must be set',
    ]);
  });

  it('keep their place among the files', () => {
    const more = {
      ...files,
      '/x.json': '{"service":{"name":"x"}}',
      '/y.json': '{"service":{"name":"y"}}',
    };
    const { config } = load({
      args: ['-config-file=/y.json', '-config-dir', '/conf.d/', '-config-file=/x.json'],
      files: more,
    });
    expect(names(config)).toEqual(['y', 'ten', 'twenty', 'capital', 'x']);
  });

  it('and files are one to both flags', () => {
    const { config } = load({
      args: ['-config-file=/conf.d', '-config-dir=/conf.d/10.hcl'],
      files,
    });
    expect(names(config)).toEqual(['ten', 'twenty', 'capital', 'ten']);
  });

  it('name the file of a problem', () => {
    const broken = { '/conf.d/a.json': '{}', '/conf.d/b.hcl': '\nx = ' };
    expect(problemsOf({ args: ['-config-dir=/conf.d'], files: broken })).toEqual([
      '/conf.d/b.hcl:2:5: expected a value, found the end of the file',
    ]);
  });
});

describe('files', () => {
  it('of any name have the format of -config-format', () => {
    const { config } = load({
      args: ['-config-format=hcl', '-config-file=/a.txt'],
      files: { '/a.txt': 'datacenter = "t"' },
    });
    expect(config.datacenter).toBe('t');
  });

  it.each([
    [['-config-file=/none.json'], {}, '/none.json: open /none.json: no such file or directory'],
    [
      ['-config-file=/a.txt'],
      { '/a.txt': '' },
      '/a.txt: has unknown extension; must be .hcl or .json, or config format must be set (give -config-format=hcl or =json)',
    ],
  ])('%j', (args, files, problem) => {
    expect(problemsOf({ args, files })).toEqual([problem]);
  });

  it('that cannot be read are named with the reason', () => {
    const host = {
      ...fakeConfigHost({ '/a.json': '{}' }),
      readFile: () => {
        throw new Error('EACCES: permission denied');
      },
    };
    const run = () => loadAgentConfig({ args: ['-config-file=/a.json'], env: {}, cwd: '/', host });
    expect(run).toThrow('/a.json: cannot be read: EACCES: permission denied');
  });

  it('tell all their problems at once', () => {
    const problems = problemsOf({
      files: { 'a.json': '{"bogus":1,"server":"x"}', 'b.json': '{', 'c.json': '{"ports":5}' },
    });
    expect(problems).toHaveLength(4);
  });
});

describe('environment', () => {
  const env = { LICTOR_EDGE_URL: 'https://e.example/', LICTOR_EDGE_TOKEN: 'secret' };

  it('gives URL and token of the edge', () => {
    expect(load({ env }).config).toMatchObject({
      controlPlane: 'edge',
      edgeURL: 'https://e.example',
      edgeToken: 'secret',
    });
  });

  it('yields to files and flags', () => {
    const { config } = load({
      env,
      args: ['-token=flag'],
      files: { 'a.json': '{"edge_url":"https://file.example"}' },
    });
    expect(config).toMatchObject({ edgeURL: 'https://file.example', edgeToken: 'flag' });
  });

  it('is named in problems', () => {
    expect(problemsOf({ env: { LICTOR_EDGE_URL: 'nonsense' } })).toEqual([
      'environment LICTOR_EDGE_URL: edge_url: not an http or https URL: "nonsense" (for example https://lictor.example.workers.dev)',
    ]);
  });
});

it('a problem names the file that set the merged value', () => {
  const files = { 'a.json': '{"bootstrap":true,"server":true}', 'b.hcl': '\n\nserver = false' };
  expect(problemsOf({ files })).toEqual([
    "a.json:1:14: bootstrap: 'bootstrap = true' requires 'server = true'",
  ]);
});

it('data_dir is required', () => {
  const host = fakeConfigHost({});
  const run = () => loadAgentConfig({ args: [], env: {}, cwd: '/', host });
  expect(run).toThrow(ConfigError);
  expect(run).toThrow('data_dir cannot be empty');
});

it('service files are read without the rest of a configuration', () => {
  const host = fakeConfigHost({
    '/w/a.hcl': 'service { name = "a" port = 1 }',
    '/w/b.json': '{"services":[{"name":"b"}]}',
    '/w/c.json': '{"service":{"name":"c","weights":{"passing":0}}}',
  });
  expect(loadServiceDefinitions(['a.hcl', 'b.json'], '/w', host)).toEqual([
    { Name: 'a', Port: 1 },
    { Name: 'b' },
  ]);
  expect(() => loadServiceDefinitions(['c.json'], '/w', host)).toThrow(
    'Passing must be greater than 0',
  );
});

it('the defaults are those of Consul', () => {
  expect(loadObject({})).toMatchSnapshot();
});
