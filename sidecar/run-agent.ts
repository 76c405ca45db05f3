/** `lictor agent`: configuration, start, signals, end. `lictor dev` is the same with defaults for a developer. */
import fs from 'node:fs';
import { Agent } from './agent.ts';
import { AGENT_FLAGS } from './config/agent-flags.ts';
import type { AgentConfig } from './config/agent-config.ts';
import { loadAgentConfig } from './config/load-agent-config.ts';
import { nodeConfigHost } from './config/node-config-host.ts';
import { ConfigError } from './config/problem.ts';
import { DNSListenError } from './dns/transport/listener.ts';
import { ListenError } from './http/http-listener.ts';
import { LogHub, Logger, renderLogJSON, renderLogLine } from './lib/log.ts';

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
  const load = (): AgentConfig => {
    const { config, warnings } = loadAgentConfig({ args, env, cwd, host: nodeConfigHost });
    for (const warning of warnings) stderr.write(`==> ${warning}\n`);
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
  const closeLog = writeLog(config, logs, stdout);
  const log = new Logger(logs, 'agent');
  const ended = Promise.withResolvers<number>();
  const agent = new Agent({ config, logs, log, reloadConfig: load, left: () => ended.resolve(0) });
  try {
    await agent.start();
  } catch (error) {
    stderr.write(`==> ${explain(error)}\n`);
    closeLog();
    return 1;
  }
  writePidFile(config);
  stdout.write(banner(agent, performance.now() - startedAt));
  const stopListening = listenForSignals(agent, log, ended.resolve);
  const code = await ended.promise;
  stopListening();
  await agent.stop();
  if (config.pidFile !== '') fs.rmSync(config.pidFile, { force: true });
  closeLog();
  return code;
}

/** A port that is taken names the option that changes it. */
function explain(error: unknown): string {
  if (error instanceof ListenError) {
    const { address } = error;
    if (address.kind === 'unix') return `HTTP: cannot listen on ${address.path}: ${error.message}`;
    return `HTTP: ${address.host}:${address.port}: ${reason(error.code, error.message)}; choose another with -http-port (ports.http)`;
  }
  if (error instanceof DNSListenError) {
    return `DNS: ${error.host}:${error.port}: ${reason(error.code, error.message)}; choose another with -dns-port (ports.dns)`;
  }
  return error instanceof Error ? error.message : String(error);
}

function reason(code: string | undefined, message: string): string {
  return code === 'EADDRINUSE' ? 'the port is taken by another program' : message;
}

/** @returns a function that ends the writing */
function writeLog(config: AgentConfig, logs: LogHub, stdout: NodeJS.WritableStream): () => void {
  const render = config.log.json ? renderLogJSON : renderLogLine;
  const file =
    config.log.file === ''
      ? null
      : fs.createWriteStream(config.log.file, { flags: 'a', mode: 0o600 });
  const unlisten = logs.listen(config.log.level, (entry) => {
    const line = `${render(entry)}\n`;
    stdout.write(line);
    file?.write(line);
  });
  return () => {
    unlisten();
    file?.end();
  };
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

/** SIGTERM and SIGINT end, SIGHUP reloads, a second SIGINT ends at once. @returns a function that stops listening */
function listenForSignals(agent: Agent, log: Logger, end: (code: number) => void): () => void {
  let interrupted = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (interrupted) process.exit(1);
    interrupted = true;
    log.info(`caught signal: ${signal}; shutting down`);
    end(0);
  };
  const reload = (): void => {
    agent.reload().then(
      () => log.info('configuration reloaded'),
      (error: Error) => log.error(`reload refused, nothing changed: ${error.message}`),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', reload);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('SIGHUP', reload);
  };
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
