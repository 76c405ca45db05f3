/**
 * Loaded before the runner (`node --import`): a port that it asks of the system (`listen(0)`) is one of ours. It asks
 * for one, closes it and gives the number to a program. Linux draws those from some 7,000 and may give the same one
 * twice within a case, or to the runner beside: once in some dozen runs of all files two proxies shared a port.
 */
import net from 'node:net';
import { freePorts } from '../support/free-ports.ts';

type Listen = (this: net.Server, ...args: unknown[]) => net.Server;

const listen = net.Server.prototype.listen as Listen;

net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]): net.Server {
  if (args[0] !== 0) return listen.apply(this, args);
  freePorts(1).then(
    ([port]) => listen.call(this, port, ...args.slice(1)),
    (error: unknown) => this.emit('error', error),
  );
  return this;
} as Listen;
