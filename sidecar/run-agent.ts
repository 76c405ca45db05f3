/** `lictor agent`: configuration, start, signals, end. `lictor dev` is the same with defaults for a developer. */
import fs from 'node:fs';
import path from 'node:path';
import { Agent } from './agent.ts';
import { ConfigWatcher } from './config-watcher.ts';
import { AGENT_FLAGS } from './config/agent-flags.ts';
import type { AgentConfig } from './config/agent-config.ts';
import { loadAgentConfig } from './config/load-agent-config.ts';
import { nodeConfigHost } from './config/node-config-host.ts';
import { ConfigError } from './config/problem.ts';
import { DNSListenError } from './dns/transport/listener.ts';
import { ListenError } from './http/http-listener.ts';
import { LogHub, Logger } from './lib/log.ts';
import { SystemdNotifier } from './lib/systemd.ts';
import { tlsFileNames } from './lib/tls-files.ts';
import { writeLog } from './log-output.ts';
import { listenForSignals } from './signals.ts';

/** The process around the agent. */
export interface AgentProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** What is printed once the agent is ready. */
export type Banner = (agent: Agent, startedInMs: number) => string;

/**
 * @param args those of `lictor agent`
 * @returns the exit code, once the agent has ended
 */
export async function runAgent(
  args: readonly string[],
  { env, cwd, stdout, stderr }: AgentProcess,
  banner: Banner = renderSummary,
): Promise<number> {
  const startedAt = performance.now();
  let configFiles: string[] = [];
  const load = (): AgentConfig => {
    const { config, configPaths, warnings } = loadAgentConfig({
      args,
      env,
      cwd,
      host: nodeConfigHost,
    });
    for (const warning of warnings) stderr.write(`==> ${warning}\n`);
    configFiles = configPaths.map((each) => path.resolve(cwd, each));
    return config;
  };
  let config: AgentConfig;
  try {
    config = load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
  const logs = new LogHub();
  let closeLog: () => void;
  const log = new Logger(logs, 'agent');
  const ended = Promise.withResolvers<number>();
  const agent = new Agent({ config, logs, log, reloadConfig: load, left: () => ended.resolve(0) });
  try {
    closeLog = writeLog(() => agent.config, logs, { stdout, stderr });
  } catch (error) {
    await agent.stop();
    stderr.write(`==> ${explain(error, config)}\n`);
    return 1;
  }
  try {
    await agent.start();
    writePidFile(config);
  } catch (error) {
    await agent.stop();
    stderr.write(`==> ${explain(error, config)}\n`);
    closeLog();
    return 1;
  }
  stdout.write(banner(agent, performance.now() - startedAt));
  const systemd = new SystemdNotifier(env, (text) => log.warn(text));
  systemd.notify('READY');
  const stopListening = listenForSignals(process, agent, log, systemd, ended.resolve);
  const watcher = watchConfig(agent, log, () => [
    ...configFiles,
    ...tlsFileNames(agent.config.tls.https),
  ]);
  const code = await ended.promise;
  systemd.notify('STOPPING');
  watcher?.stop();
  stopListening();
  await agent.stop();
  await systemd.settled();
  if (config.pidFile !== '') fs.rmSync(config.pidFile, { force: true });
  closeLog();
  return code;
}

/** A port that is taken names the option that changes it. */
function explain(error: unknown, { listeners }: AgentConfig): string {
  if (error instanceof ListenError) {
    const { address } = error;
    if (address.kind === 'unix') return `HTTP: cannot listen on ${address.path}: ${error.message}`;
    const kind = listeners.https.some((each) => each === address) ? 'https' : 'http';
    const where = `${kind.toUpperCase()}: ${address.host}:${address.port}`;
    return `${where}: ${reason(error.code, error.message)}; choose another with -${kind}-port (ports.${kind})`;
  }
  if (error instanceof DNSListenError) {
    return `DNS: ${error.host}:${error.port}: ${reason(error.code, error.message)}; choose another with -dns-port (ports.dns)`;
  }
  return error instanceof Error ? error.message : String(error);
}

function reason(code: string | undefined, message: string): string {
  return code === 'EADDRINUSE' ? 'the port is taken by another program' : message;
}

/** Consul's auto_reload_config. @returns null when it is off */
function watchConfig(agent: Agent, log: Logger, files: () => string[]): ConfigWatcher | null {
  if (!agent.config.autoReloadConfig) return null;
  const reload = (): void => {
    log.info('configuration files changed; reloading');
    agent
      .reload()
      .catch((error: Error) => log.error(`Failed to reload, nothing changed: ${error.message}`))
      .finally(() => watcher.watch(files()));
  };
  const watcher = new ConfigWatcher(reload, (text) => log.warn(text));
  watcher.watch(files());
  return watcher;
}

function writePidFile(config: AgentConfig): void {
  if (config.pidFile !== '') fs.writeFileSync(config.pidFile, String(process.pid));
}

function renderSummary(agent: Agent, startedInMs: number): string {
  const { config } = agent;
  const role =
    config.controlPlane === 'embedded'
      ? 'embedded control plane'
      : `control plane at ${config.edgeURL}`;
  return [
    `==> Lictor agent running! (${Math.round(startedInMs)} ms)`,
    `       Node name: '${config.nodeName}'`,
    `      Datacenter: '${config.datacenter}'`,
    `          Server: ${config.server} (${role})`,
    `     Client Addr: [${config.clientAddresses.join(' ')}] (HTTP: ${config.ports.http}, DNS: ${config.ports.dns})`,
    '',
    '',
  ].join('\n');
}

/** Without dashes, for completion. */
export function agentFlagNames(): string[] {
  return AGENT_FLAGS.map(({ name }) => name);
}

export function renderAgentHelp(): string {
  const width = Math.max(...AGENT_FLAGS.map(({ name }) => name.length)) + 3;
  const flags = AGENT_FLAGS.map(({ name, help }) => `  ${`-${name}`.padEnd(width)} ${help}`);
  return [
    'Usage: lictor agent [options]',
    '',
    '  Starts the agent and runs until it is interrupted. With -dev, or as a server that bootstraps, it starts the',
    '  datacenter too; with -edge-url it joins one that is deployed.',
    '',
    ...flags,
  ].join('\n');
}
