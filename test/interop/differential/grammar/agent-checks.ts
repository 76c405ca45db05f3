/** Definitions of checks, as an agent's API takes them. */
import type { Random } from '../../../linearizability/random.ts';
import { some } from './words.ts';

const CHECK_STATES = ['passing', 'warning', 'critical', '', 'x', 'maintenance'];

export function serviceCheck(random: Random): Record<string, unknown> {
  return {
    ...kind(random),
    ...some(
      random,
      {
        CheckID: () => random.pick(['c1', 'c2']),
        Name: () => random.pick(['named', '']),
        Notes: () => 'note',
        Status: () => random.pick(CHECK_STATES),
        SuccessBeforePassing: () => random.pick([2, 0, -1]),
        FailuresBeforeCritical: () => random.pick([2, 0]),
        FailuresBeforeWarning: () => random.pick([1, 5]),
        DeregisterCriticalServiceAfter: () => random.pick<unknown>(['90m', '10s', 'x', 5]),
        OutputMaxSize: () => random.pick([100, 0, -1]),
      },
      6,
    ),
  };
}

function kind(random: Random): Record<string, unknown> {
  return random.pick<() => Record<string, unknown>>([
    () => ({ TTL: random.pick<unknown>(['1h', '30m', '1h', 'x', '0s', '', 3600e9]) }),
    () => ({ TTL: '1h' }),
    () => ({
      HTTP: 'http://127.0.0.1:9/x',
      Interval: '1h',
      ...some(random, {
        Timeout: () => '2s',
        Method: () => 'POST',
        Header: () => ({ A: ['b'] }),
        Body: () => 'x',
        TLSSkipVerify: () => true,
        DisableRedirects: () => true,
        TLSServerName: () => 'n',
      }),
    }),
    () => ({ TCP: '127.0.0.1:9', Interval: '1h', ...some(random, { TCPUseTLS: () => true }) }),
    () => ({ UDP: '127.0.0.1:9', Interval: '1h' }),
    () => ({ GRPC: '127.0.0.1:9/x', Interval: '1h', ...some(random, { GRPCUseTLS: () => true }) }),
    () => ({
      H2PING: '127.0.0.1:9',
      Interval: '1h',
      ...some(random, { H2PingUseTLS: () => false }),
    }),
    () => ({ Args: ['true'], Interval: '1h' }),
    () => ({ ScriptArgs: ['true'], Interval: '1h', Timeout: '1s' }),
    () => ({
      AliasService: random.pick(['db', 'absent']),
      ...some(random, { AliasNode: () => 'm1' }),
    }),
    () => ({ AliasNode: 'm1' }),
    () => ({ DockerContainerID: 'x', Args: ['true'], Interval: '1h', Shell: '/bin/sh' }),
    () => ({ HTTP: 'http://127.0.0.1:9' }),
    () => ({ Interval: '1h' }),
    () => ({ TTL: '1h', HTTP: 'http://127.0.0.1:9', Interval: '1h' }),
    () => ({}),
    () => ({ TTL: '1h', Interval: '1h' }),
    () => ({ HTTP: 'http://127.0.0.1:9', TCP: '127.0.0.1:9', Interval: '1h' }),
    () => ({ Script: 'true', Interval: '1h' }),
    () => ({ Args: [], Interval: '1h' }),
    () => ({ TCP: '127.0.0.1:9', Interval: random.pick<unknown>(['x', '-1s', '0s', 10, '1h']) }),
  ])();
}

export function nodeCheck(random: Random): Record<string, unknown> {
  return {
    ...serviceCheck(random),
    ...(random.integer(0, 9) === 0 ? {} : { Name: random.pick(['my check', 'c1', '']) }),
    ...some(
      random,
      {
        ID: () => random.pick(['c1', 'c2', '', 'service:web']),
        ServiceID: () => random.pick(['web', 'web1', 'absent', '']),
        Token: () => 't',
        Namespace: () => 'default',
      },
      3,
    ),
  };
}
