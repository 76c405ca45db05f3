import { resolve } from 'node:path';
import { metadataProblem } from './metadata.ts';
import type { AgentConfig } from '../agent-config.ts';
import type { BuildContext } from './build-context.ts';

type IdentityPart = Pick<
  AgentConfig,
  | 'datacenter'
  | 'primaryDatacenter'
  | 'nodeName'
  | 'nodeID'
  | 'disableHostNodeID'
  | 'nodeMeta'
  | 'locality'
  | 'devMode'
  | 'dataDir'
  | 'pidFile'
  | 'autoReloadConfig'
>;

/** Who the agent is and where it keeps things. */
export function buildIdentity(context: BuildContext): IdentityPart {
  const { raw } = context;
  const datacenter = readDatacenter(context, 'datacenter', raw.datacenter ?? 'dc1');
  const { region, zone } = raw.locality ?? {};
  if (!region && zone)
    context.fail('locality', 'locality is invalid: zone cannot be set without region');
  const metadata = metadataProblem(raw.node_meta ?? {});
  if (metadata !== undefined) context.fail('node_meta', `node_meta invalid: ${metadata}`);
  return {
    datacenter,
    primaryDatacenter: raw.primary_datacenter
      ? readDatacenter(context, 'primary_datacenter', raw.primary_datacenter)
      : datacenter,
    nodeName: readNodeName(context),
    nodeID: readNodeID(context),
    disableHostNodeID: raw.disable_host_node_id ?? true,
    nodeMeta: raw.node_meta ?? {},
    locality: region ? { Region: region, ...(zone && { Zone: zone }) } : undefined,
    devMode: context.dev,
    dataDir: readDataDir(context),
    pidFile: raw.pid_file ? resolve(context.cwd, raw.pid_file) : '',
    autoReloadConfig: raw.auto_reload_config ?? false,
  };
}

function readDatacenter(context: BuildContext, key: string, text: string): string {
  const name = text.toLowerCase();
  if (name === '') context.fail(key, `${key} cannot be empty`);
  else if (!/^[a-z0-9_-]+$/.test(name)) {
    const rule = 'can only contain lowercase alphanumeric, - or _ characters.';
    context.fail(key, `${key} ${rule} received: ${JSON.stringify(name)}`);
  }
  return name;
}

/** RFC 1035, section 2.3.4. */
const MAX_LABEL_BYTES = 63;

function readNodeName(context: BuildContext): string {
  const name = (context.raw.node_name || context.host.hostname()).trim();
  const quoted = JSON.stringify(name);
  const undiscoverable = `Node name ${quoted} will not be discoverable via DNS due to`;
  if (name === '') context.fail('node_name', 'node_name cannot be empty');
  else if (/[^A-Za-z0-9\\-]/.test(name)) {
    const valid = 'Valid characters include all alpha-numerics and dashes.';
    context.warn(`${undiscoverable} invalid characters. ${valid}`);
  } else if (name.length > MAX_LABEL_BYTES) {
    context.warn(`${undiscoverable} it being too long. Valid lengths are between 1 and 63 bytes.`);
  }
  return name;
}

function readNodeID(context: BuildContext): string {
  const id = (context.raw.node_id ?? '').toLowerCase();
  if (id !== '' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    context.fail(
      'node_id',
      `specified NodeID is invalid: ${JSON.stringify(id)}`,
      'a UUID is wanted',
    );
  }
  return id;
}

function readDataDir(context: BuildContext): string {
  const text = context.raw.data_dir ?? '';
  if (text === '') {
    if (!context.dev)
      context.fail('data_dir', 'data_dir cannot be empty', 'set data_dir or -data-dir');
    return '';
  }
  const path = resolve(context.cwd, text);
  if (!context.dev && context.host.kindOf(path) === 'file') {
    context.fail('data_dir', `data_dir ${JSON.stringify(text)} is not a directory`);
  }
  return path;
}
