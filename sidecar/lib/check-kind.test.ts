import { describe, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { checkKind, validateCheckType } from './check-kind.ts';

const INTERVAL = 'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks';

describe('checkKind', () => {
  it.each<[CheckDefinition, string | null]>([
    [{ TTL: '10s' }, 'ttl'],
    [{ HTTP: 'http://x', Interval: '1s' }, 'http'],
    [{ HTTP: 'http://x', TCP: 'x:1' }, 'http'],
    [{ TCP: 'x:1' }, 'tcp'],
    [{ UDP: 'x:1' }, 'udp'],
    [{ GRPC: 'x:1', HTTP: 'http://x' }, 'grpc'],
    [{ H2PING: 'x:1' }, 'h2ping'],
    [{ ScriptArgs: ['x'] }, 'script'],
    [{ ScriptArgs: ['x'], DockerContainerID: 'c' }, 'docker'],
    [{ OSService: 'ssh' }, 'os_service'],
    [{ AliasService: 'web' }, 'alias'],
    [{ AliasNode: 'n' }, 'alias'],
    [{ ScriptArgs: [] }, null],
    [{ DockerContainerID: 'c' }, null],
    [{}, null],
  ])('%o is %s', (definition, kind) => {
    expect(checkKind(definition)).toBe(kind);
  });
});

describe('validateCheckType', () => {
  it.each<[CheckDefinition, string]>([
    [{}, 'TTL must be > 0 for TTL checks'],
    [{ TTL: '0s' }, 'TTL must be > 0 for TTL checks'],
    [{ TTL: '-1s' }, 'TTL must be > 0 for TTL checks'],
    [{ Interval: '1s' }, 'TTL must be > 0 for TTL checks'],
    [{ TTL: '1h', Interval: '1s' }, 'Interval and TTL cannot both be specified'],
    [{ HTTP: 'http://x' }, INTERVAL],
    [{ OSService: 'a', TTL: '1h' }, INTERVAL],
    [{ ScriptArgs: ['/bin/true'] }, INTERVAL],
    [{ AliasNode: 'n', TTL: '1h' }, 'TTL must be not be set for Alias checks'],
    [
      { AliasNode: 'n', HTTP: 'http://x', Interval: '1s' },
      'Interval cannot be set for Alias checks',
    ],
    [{ TTL: '1h', OutputMaxSize: -1 }, 'MaxOutputMaxSize must be positive'],
    [
      { TTL: '1h', FailuresBeforeWarning: 3, FailuresBeforeCritical: 2 },
      "FailuresBeforeWarning can't be higher than FailuresBeforeCritical",
    ],
  ])('%o is refused: %s', (definition, message) => {
    expect(() => validateCheckType(definition)).toThrow(message);
  });

  it.each<[CheckDefinition]>([
    [{ TTL: '1h' }],
    [{ HTTP: 'http://x', TCP: 'x:1', Interval: '1ms' }],
    [{ AliasService: 'web' }],
    [{ ScriptArgs: ['x'], Interval: '1s', FailuresBeforeWarning: 2, FailuresBeforeCritical: 2 }],
  ])('%o is accepted', (definition) => {
    expect(() => validateCheckType(definition)).not.toThrow();
  });
});
