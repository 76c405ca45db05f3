import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAgentAddress, renderAgentURL } from './address.ts';
import { resolveClientConfig } from './client-config.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'client-config-'));
  writeFileSync(join(cwd, 'flag-token'), 'from-flag-file\n');
  writeFileSync(join(cwd, 'env-token'), 'from-env-file\n');
});

afterAll(() => rmSync(cwd, { recursive: true }));

describe('parseAgentAddress', () => {
  it.each([
    ['127.0.0.1:8500', 'http://127.0.0.1:8500/v1'],
    ['http://host:80', 'http://host/v1'],
    ['localhost', 'http://localhost/v1'],
    [':8500', 'http://127.0.0.1:8500/v1'],
    ['https://host', 'https://host/v1'],
    ['https://host:8501/prefix/', 'https://host:8501/prefix/v1'],
    ['[::1]:8500', 'http://[::1]:8500/v1'],
    ['unix:///run/agent.sock', 'http://localhost/v1'],
  ])('%s', (text, url) => {
    const address = parseAgentAddress(text, 'http');
    expect(renderAgentURL(address, `${address.pathPrefix}/v1`)).toBe(url);
  });

  it('keeps the path of a socket', () => {
    expect(parseAgentAddress('unix:///run/agent.sock', 'http').socketPath).toBe('/run/agent.sock');
  });

  it.each([
    ['ftp://host', 'Unknown protocol scheme: ftp'],
    ['host:99999', 'invalid port in address "host:99999"'],
  ])('refuses %s', (text, message) => {
    expect(() => parseAgentAddress(text, 'http')).toThrow(message);
  });
});

describe('resolveClientConfig', () => {
  const variables = {
    CONSUL_HTTP_ADDR: 'env:1',
    CONSUL_HTTP_TOKEN: 'env',
    CONSUL_HTTP_AUTH: 'user:secret',
    CONSUL_NAMESPACE: 'ns',
  };

  it('takes the environment, an own name before the one it replaces', () => {
    const config = resolveClientConfig({}, { ...variables, LICTOR_HTTP_ADDR: 'own:2' }, cwd);
    expect(config.address).toMatchObject({ host: 'own', port: 2 });
    expect(config).toMatchObject({ token: 'env', basicAuth: 'user:secret', namespace: 'ns' });
  });

  it('takes flags before the environment, and empty texts as none', () => {
    const flags = { httpAddress: 'flag:3', token: '', datacenter: 'dc2', stale: true };
    const config = resolveClientConfig(flags, { ...variables, CONSUL_HTTP_AUTH: '' }, cwd);
    expect(config.address.host).toBe('flag');
    expect(config).toMatchObject({ token: 'env', basicAuth: '', datacenter: 'dc2', stale: true });
  });

  it.each([
    [
      { tokenFile: 'flag-token', token: 'flag' },
      { CONSUL_HTTP_TOKEN_FILE: 'env-token' },
      'from-flag-file',
    ],
    [{ token: 'flag' }, { CONSUL_HTTP_TOKEN_FILE: 'env-token', CONSUL_HTTP_TOKEN: 'env' }, 'flag'],
    [{}, { CONSUL_HTTP_TOKEN_FILE: 'env-token', CONSUL_HTTP_TOKEN: 'env' }, 'from-env-file'],
    [{}, { CONSUL_HTTP_TOKEN: 'env' }, 'env'],
    [{}, {}, ''],
  ])('token of %j and %j', (flags, environment, token) => {
    expect(resolveClientConfig(flags, environment, cwd).token).toBe(token);
  });

  it('speaks TLS when told so, and makes paths absolute', () => {
    const environment = {
      CONSUL_HTTP_SSL: 'true',
      CONSUL_HTTP_SSL_VERIFY: '0',
      CONSUL_CACERT: 'ca.pem',
    };
    const config = resolveClientConfig({ tlsServerName: 'name' }, environment, cwd);
    expect(config.address.scheme).toBe('https');
    expect(config.tls).toEqual({ caFile: join(cwd, 'ca.pem'), serverName: 'name', verify: false });
  });

  it.each([
    [
      { tokenFile: 'none' },
      {},
      'Error loading token file none : open none: no such file or directory',
    ],
  ])('refuses %j and %j', (flags, environment, message) => {
    expect(() => resolveClientConfig(flags, environment, cwd)).toThrow(message);
  });

  it('warns of a switch that cannot be read, and takes the default', () => {
    const config = resolveClientConfig({}, { CONSUL_HTTP_SSL: 'x' }, cwd);
    expect(config.address.scheme).toBe('http');
    expect(config.warnings).toEqual([
      'could not parse CONSUL_HTTP_SSL: error="strconv.ParseBool: parsing \\"x\\": invalid syntax"',
    ]);
  });
});
