import { describe, expect, it } from 'vitest';
import { parseDNSPerf, parseLatenciesMs } from './dnsperf.ts';
import { parseWrk } from './wrk.ts';

describe('parseWrk', () => {
  it('counts good answers a second, and every kind of error', () => {
    const out = `Running 1s test
{"requests":1010,"durationUs":2000000,"p50Us":1500,"p99Us":9000,"badStatus":10,"socketErrors":2,"timeouts":1}
`;
    expect(parseWrk(out)).toEqual({ value: 500, p50Ms: 1.5, p99Ms: 9, errors: 13 });
  });

  it('refuses output without a summary', () => {
    expect(() => parseWrk('unable to connect')).toThrow(/no summary/);
  });
});

const STATISTICS = `Statistics:

  Queries sent:         110
  Queries completed:    108 (98.18%)
  Queries lost:         2 (1.82%)

  Response codes:       NOERROR 100 (92.59%), NXDOMAIN 8 (7.41%)
  Run time (s):         2.000000
  Queries per second:   54.000000
`;

describe('parseDNSPerf', () => {
  it('counts only NOERROR, and the rest as errors', () => {
    expect(parseDNSPerf(STATISTICS)).toEqual({ value: 50, errors: 10 });
  });

  it('gives no rate when nothing was answered', () => {
    const silent = STATISTICS.replace(/ {2}Response codes.*\n/, '');
    expect(parseDNSPerf(silent)).toEqual({ value: 0, errors: 110 });
  });

  it('refuses output without statistics', () => {
    expect(() => parseDNSPerf('Error: bind')).toThrow(/no "/);
  });
});

describe('parseLatenciesMs', () => {
  it('takes the listed answers, not the statistics', () => {
    const out = `> NOERROR web.service.consul A 0.000250\n> T 7 nothing\n> NXDOMAIN x.consul SRV 0.001000\n${STATISTICS}`;
    expect(parseLatenciesMs(out)).toEqual([0.25, 1]);
  });
});
