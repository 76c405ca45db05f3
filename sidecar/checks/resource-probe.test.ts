import { describe, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { checkKind, validateCheckType } from '../lib/check-kind.ts';
import { parseResource } from '../lib/check-resource.ts';
import { ResourceProbe } from './resource-probe.ts';

function probeAt(percent: number, warningAbove: number, criticalAbove: number): ResourceProbe {
  return new ResourceProbe({
    resource: { kind: 'memory' },
    warningAbove,
    criticalAbove,
    measure: async () => ({ percent, detail: 'as told' }),
  });
}

describe('thresholds', () => {
  it.each([
    [79.9, 80, 90, 'passing'],
    [80, 80, 90, 'passing'],
    [80.1, 80, 90, 'warning'],
    [90, 80, 90, 'warning'],
    [90.1, 80, 90, 'critical'],
    [99, 80, 0, 'warning'],
    [99, 0, 90, 'critical'],
    [50, 0, 90, 'passing'],
  ])('%d %% with %d and %d is %s', async (percent, warning, critical, status) => {
    const result = await probeAt(percent, warning, critical).run();
    expect(result.status).toBe(status);
    expect(result.output).toContain(`memory: ${percent.toFixed(1)} % used, as told`);
  });

  it('what cannot be measured is critical, with the reason', async () => {
    const resource = parseResource('disk:/no/such/place');
    const result = await new ResourceProbe({ resource, warningAbove: 1, criticalAbove: 2 }).run();
    expect(result).toMatchObject({
      status: 'critical',
      output: 'disk /no/such/place: no such file or directory',
    });
  });
});

describe('this host', () => {
  it.each(['memory', 'load', 'disk:/'])('%s is measured', async (text) => {
    const probe = new ResourceProbe({
      resource: parseResource(text),
      warningAbove: 1_000_000,
      criticalAbove: 0,
    });
    const { status, output } = await probe.run();
    expect(status).toBe('passing');
    expect(output).toMatch(/^(memory|load|disk \/): \d+\.\d % used, .*\d/);
  });
});

describe('definitions', () => {
  const good = { Resource: 'memory', WarningAbove: 80, Interval: '10s' };

  it('is a kind of its own', () => {
    expect(checkKind(good)).toBe('resource');
    expect(() => validateCheckType(good)).not.toThrow();
    expect(() =>
      validateCheckType({ ...good, Resource: 'load', CriticalAbove: 400 }),
    ).not.toThrow();
  });

  it.each<[CheckDefinition, string]>([
    [{ ...good, Resource: 'swap' }, 'Resource must be "memory", "load" or "disk:"'],
    [{ ...good, Resource: 'disk:var' }, 'absolute path'],
    [{ ...good, WarningAbove: 0 }, 'needs WarningAbove, CriticalAbove or both'],
    [{ ...good, WarningAbove: -1 }, 'cannot be negative'],
    [{ ...good, CriticalAbove: 100 }, 'must be below 100 percent'],
    [{ ...good, CriticalAbove: 70 }, "WarningAbove can't be higher than CriticalAbove"],
    [{ ...good, Interval: '' }, 'Interval must be > 0'],
  ])('%o is refused: %s', (definition, message) => {
    expect(() => validateCheckType(definition)).toThrow(message);
  });
});
