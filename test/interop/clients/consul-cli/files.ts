/** The files that the cases name, in a folder of their own for each program. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Of an auth method by JWTs; nobody has the key's other half. */
const METHOD = JSON.stringify({
  JWTSupportedAlgs: ['ES256'],
  JWTValidationPubKeys: [
    `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyCut60b7PJg69HHOvoM74GifYItP
SMEU6n+dq+a983rS4tb5JKMCJPGmLvRXzvnOuRKusK9xCd+Os9t6hxPcwA==
-----END PUBLIC KEY-----
`,
  ],
  BoundAudiences: ['a'],
  ClaimMappings: { x: 'y' },
});

const FILES: Readonly<Record<string, string>> = {
  'agent.hcl': 'server = false\ndata_dir = "/var/empty/data"\nnode_name = "x"\n',
  'other.hcl': 'log_level = "debug"\n',
  'broken.hcl': 'server = \n',
  'unknown.hcl': 'data_dir = "/var/empty/data"\nbogus_key = 1\n',
  'wrong-type.hcl': 'data_dir = "/var/empty/data"\nserver = "perhaps"\n',
  'state.snap': 'this is no snapshot',
  'entry.hcl':
    'Kind = "service-resolver"\nName = "web"\nConnectTimeout = "15s"\nSubsets = { v1 = { Filter = "Service.Meta.v == 1" } }\n',
  'entry.json': '{"kind":"service-resolver","name":"web","default_subset":""}',
  'entry-bad.hcl': 'Kind = "service-resolver"\nName = "web"\nConnectTimeout = "soon"\n',
  'entry-two.hcl': 'Name = "web"\n',
  'value.txt': 'from a file\nwith two lines',
  'export.json':
    '[{"key":"from/a","flags":3,"value":"YQ=="},{"key":"from/b","flags":0,"value":""}]',
  'rules.hcl': 'agent_prefix "" { policy = "write" }',
  'template.hcl': 'TemplatedPolicy "builtin/service" { Name = "web" }',
  'templates.hcl': 'TemplatedPolicy "builtin/dns" {} TemplatedPolicy "builtin/node" { name = "n" }',
  'template.json': '{"TemplatedPolicy":{"builtin/service":{"Name":"web"}}}',
  'templates.json':
    '{"TemplatedPolicy":[{"builtin/service":{"Name":"web"}},{"builtin/node":{"Name":"n"}}]}',
  'method.json': METHOD,
  'web.json': '{"service":{"name":"filed","port":1}}',
};

export function makeFiles(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'consul-cli-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
  return folder;
}
