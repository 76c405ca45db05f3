#!/bin/sh
':'; //; exec "$(dirname "$0")/../../node_modules/.bin/node" --disable-warning=ExperimentalWarning "$0" "$@"
// The Worker alone, in the shape that the conformance runner expects of a program:
//
//   worker.mjs agent -config-file=FILE     serves the Worker's own /v1 on the file's ports.http
//   worker.mjs COMMAND ...                 bin/lictor COMMAND ...
//
// A door-keeper in front adds the deployment secret to each request, and the node to sessions that name none, which is
// what an agent does with its own; the node that the runner waits for is registered as any client would do it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDuration } from '../../protocol/duration.ts';
import { ControlPlane } from '../../sidecar/embedded/control-plane.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const [command, option] = process.argv.slice(2);
if (command !== 'agent') {
  const { status } = spawnSync(path.join(root, 'bin/lictor'), process.argv.slice(2), {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const config = JSON.parse(fs.readFileSync(option.replace(/^--?config-file=/, ''), 'utf8'));
const { acl = {} } = config;
const acls = {
  defaultPolicy: acl.default_policy ?? 'allow',
  initialManagement: acl.tokens?.initial_management ?? '',
};
const log = { info: console.log, warn: console.log, error: console.error };
const platform = process.arch === 'arm64' ? 'linux-arm64' : 'linux-64';
const controlPlane = await ControlPlane.start({
  datacenter: config.datacenter,
  dataDir: config.data_dir,
  host: '127.0.0.1',
  port: config.ports.server,
  workerdBinary: path.join(root, `node_modules/@cloudflare/workerd-${platform}/bin/workerd`),
  workerFile: path.join(root, 'dist/worker.js'),
  settings: {
    ...(config.session_ttl_min && { sessionTTLMinMs: parseDuration(config.session_ttl_min) }),
    acl: acl.enabled ? { ...acls, tokenReplication: false, replicationToken: '' } : undefined,
  },
  log,
});
const inner = new URL(controlPlane.url);

const server = http.createServer({ maxHeaderSize: 1 << 20 }, async (request, response) => {
  const body = isSessionCreate(request) ? await withNode(request) : null;
  const headers = { ...request.headers };
  // With ACLs clients have tokens of their own.
  if (!acl.enabled) headers['x-consul-token'] = controlPlane.secret;
  if (body !== null) {
    delete headers['transfer-encoding'];
    headers['content-length'] = String(body.length);
  }
  const upstream = http.request(
    {
      host: inner.hostname,
      port: inner.port,
      method: request.method,
      path: request.url,
      headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  upstream.on('error', (error) => response.writeHead(502).end(error.message));
  response.on('close', () => upstream.destroy());
  if (body === null) request.pipe(upstream);
  else upstream.end(body);
});

function isSessionCreate({ method, url }) {
  return method === 'PUT' && url.startsWith('/v1/session/create');
}

/** The body as it came, but for a session whose node is left to the agent. */
async function withNode(request) {
  const body = Buffer.concat(await Array.fromAsync(request));
  const session = body.length === 0 ? {} : parseJSON(body);
  if (typeof session !== 'object' || Array.isArray(session)) return body;
  if (Object.keys(session ?? {}).some((name) => name.toLowerCase() === 'node')) return body;
  return Buffer.from(JSON.stringify({ ...session, Node: config.node_name }));
}

/** Undefined for what is not JSON. */
function parseJSON(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

server.listen(config.ports.http, '127.0.0.1');

const registered = await fetch(`${controlPlane.url}/v1/catalog/register`, {
  method: 'PUT',
  headers: { 'x-consul-token': acls.initialManagement || controlPlane.secret },
  body: JSON.stringify({
    Node: config.node_name,
    ID: config.node_id,
    Address: config.bind_addr,
    Check: {
      CheckID: 'serfHealth',
      Name: 'Serf Health Status',
      Status: 'passing',
      Output: 'Agent alive and reachable',
    },
    Service: { Service: 'consul', Port: config.ports.server },
  }),
});
if (!registered.ok) throw new Error(`cannot register the node: ${await registered.text()}`);

const stop = async () => {
  server.closeAllConnections();
  server.close();
  await controlPlane.stop();
  process.exit(0);
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
