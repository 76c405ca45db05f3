import type { WatchDefinition } from '../agent-config.ts';
import type { BuildContext } from './build-context.ts';

/**
 * Types of api/watch/funcs.go that may stand in a configuration file, with the parameters that each
 * must have.
 */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  key: ['key'],
  keyprefix: ['prefix'],
  services: [],
  nodes: [],
  service: ['service'],
  checks: [],
  event: [],
  agent_service: ['service_id'],
};

/**
 * The watches of the files, checked as api/watch and agent/watch_handler.go check them at start.
 */
export function buildWatches(context: BuildContext): WatchDefinition[] {
  return (context.raw.watches ?? []).map((raw, index) => {
    const watch = normalize(raw);
    const problem = watchProblem(watch);
    if (problem !== undefined) {
      const origin = context.diagnostics.originOf(raw);
      context.diagnostics.problem(origin, `watches[${index}]`, problem);
    }
    if ('handler' in watch) {
      context.warn(
        "The 'handler' field in watches has been deprecated and replaced with the 'args' field.",
      );
    }
    return watch as unknown as WatchDefinition;
  });
}

/** Keys in lower case, a script handler unless told, one argument as a list. */
function normalize(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(raw).map(([key, value]) => [key.toLowerCase(), value]);
  const watch: Record<string, unknown> = { handler_type: 'script', ...Object.fromEntries(entries) };
  if (typeof watch['args'] === 'string') watch['args'] = [watch['args']];
  return watch;
}

function watchProblem(watch: Readonly<Record<string, unknown>>): string | undefined {
  const { type, handler, args, handler_type: handlerType, http_handler_config: http } = watch;
  if (handlerType !== 'script' && handlerType !== 'http') {
    return `Handler type '${String(handlerType)}' not recognized`;
  }
  if (typeof type !== 'string' || type === '') return 'Watch type must be specified';
  if (type.startsWith('connect_')) return `Watch type ${type} is not allowed in agent config`;
  const required = TYPES[type];
  if (required === undefined) return `Unsupported watch type: ${type}`;
  for (const parameter of required) {
    if (typeof watch[parameter] !== 'string' || watch[parameter] === '') {
      return `Must specify a single ${parameter} to watch`;
    }
  }
  if (handler !== undefined && typeof handler !== 'string') return 'Watch handler must be a string';
  if (args !== undefined && !isStringList(args)) return 'Watch args must be a list of strings';
  const handlers = [handler, args, handlerType === 'http' ? true : undefined];
  const count = handlers.filter((candidate) => candidate !== undefined).length;
  if (count === 0) return 'Must define a watch handler';
  if (count > 1) return 'Only one watch handler allowed';
  const path = (http as { path?: unknown } | undefined)?.path;
  if (handlerType === 'http' && (typeof path !== 'string' || path === '')) {
    return "Requires 'path' to be set";
  }
  return undefined;
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
