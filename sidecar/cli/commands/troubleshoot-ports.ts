/** `troubleshoot ports`: which of a server's ports take TCP connections from here. It asks no agent. */
import { connect } from 'node:net';
import { parseAgentAddress } from '../../client/address.ts';
import { readVariable } from '../../client/client-config.ts';
import { CommandError, defineCommand } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';

/** Those that Consul's servers have unless configured otherwise. */
const DEFAULT_PORTS = '8600,8500,8501,8502,8503,8301,8302,8300';
/** A firewall that drops packets answers nothing. */
const CONNECT_TIMEOUT_MS = 5000;
const MAX_PORT = 65_535;

export const command = defineCommand({
  usage: 'troubleshoot ports [options]',
  about: `Says of each port of a server whether it takes a TCP connection from here.

    $ lictor troubleshoot ports -host=10.0.0.1
    $ lictor troubleshoot ports -host=10.0.0.1 -ports=8500,8501`,
  flags: {
    host: flag.text('Host to connect to. The default is that of CONSUL_HTTP_ADDR.'),
    ports: flag.text(`Ports, divided by commas. The default is ${DEFAULT_PORTS}.`),
  },
  async run({ flags, io, print }) {
    const host = flags.host || hostOfAgent(io);
    const ports = (flags.ports || DEFAULT_PORTS).split(',');
    const states = await Promise.all(ports.map((port) => isOpen(host, port)));
    ports.forEach((port, position) => {
      const state = states[position] ? 'open' : 'closed, unreachable, or the connection timed out';
      print(`TCP: Port ${port} on ${host} is ${state}.`);
    });
  },
});

function hostOfAgent({ env }: CommandIO): string {
  const address = readVariable(env, 'HTTP_ADDR');
  if (address === undefined) {
    throw new CommandError('-host is required. or set environment variable CONSUL_HTTP_ADDR');
  }
  return parseAgentAddress(address, 'http').host;
}

function isOpen(host: string, port: string): Promise<boolean> {
  const number = /^\d+$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > MAX_PORT) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host, port: number, timeout: CONNECT_TIMEOUT_MS });
    const settle = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
