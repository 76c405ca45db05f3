/** Connects the reporter of this node's coordinate with the configuration, the link and real time. */
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import { systemClock } from '../../checks/clock.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { CoordinateReporter, type CoordinateStore } from './coordinate-reporter.ts';
import type { Logger } from '../../lib/log.ts';

interface Host {
  readonly config: AgentConfig;
  readonly own: { readonly name: string };
  readonly coordinate: () => Coordinate;
  readonly log: Logger;
}

/** Null when coordinates are disabled. */
export function createCoordinateReporter(
  { config, own, coordinate, log }: Host,
  store: CoordinateStore,
  token: () => string,
): CoordinateReporter | null {
  if (config.disableCoordinates) return null;
  return new CoordinateReporter({
    store,
    node: own.name,
    own: coordinate,
    token,
    clock: systemClock,
    failed: ({ message }) => log.debug(`the coordinate was not reported: ${message}`),
  });
}
