/** The events that the datacenter remembers, whomever they are aimed at: the list of a place that is no host. */
import type { UserEvent } from '../../protocol/types/event.ts';
import type { APIContext } from '../route.ts';
import type { Answer } from '../server-rpc.ts';
import type { EventLog, EventReading } from './event.ts';

export function datacenterEvents({ rpc }: APIContext): EventLog {
  return {
    async read(name, options) {
      return toReading(await rpc.call('event.list', argsOf(name), options));
    },
    async readAfter(name, version, options, signal) {
      const { waitMs } = options;
      return toReading(
        await rpc.watch('event.list', argsOf(name), options, version, waitMs, signal),
      );
    },
  };
}

const argsOf = (name: string): { name?: string } => (name === '' ? {} : { name });

function toReading({ index, body }: Answer): EventReading {
  return { events: JSON.parse(body) as UserEvent[], version: index };
}
