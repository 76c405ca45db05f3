import { describe, expect, it } from 'vitest';
import { FakeSource, makeInstances } from '../testing/fake-source.ts';
import { setUp } from '../testing/fixture.ts';
import { makeQuery, readAnswer } from '../testing/packets.ts';
import type { Transport } from './fit.ts';

const client = { address: '127.0.0.1', transport: 'udp' as Transport };

describe('size of answers', () => {
  const source = new FakeSource()
    .setService('few', makeInstances('few', 3))
    .setService('lots', makeInstances('lots', 60))
    .setService('huge', makeInstances('huge', 6000));
  const size = async (name: string, type: string, how: Transport | number, options = {}) => {
    const { ask } = setUp({ source, options: options });
    const spec = typeof how === 'number' ? { edns: how } : { transport: how };
    const { answer, additional, flags } = await ask(`${name}.service.consul`, type, spec);
    const opt = additional.some((line) => line.startsWith('OPT'));
    return [answer.length, additional.length - (opt ? 1 : 0), opt, flags.includes('tc')];
  };

  // Measured with Consul 1.21 where the service has 60 instances on nodes without metadata.
  it.each<[string, string, Transport | number, [number, number, boolean]]>([
    ['few', 'A', 'udp', [3, 0, false]],
    ['lots', 'A', 'udp', [3, 0, false]],
    ['lots', 'ANY', 'udp', [3, 0, false]],
    ['lots', 'SRV', 'udp', [3, 3, false]],
    ['lots', 'A', 100, [3, 0, false]],
    ['lots', 'A', 512, [3, 0, false]],
    ['lots', 'A', 600, [34, 0, false]],
    ['lots', 'A', 4096, [60, 0, true]],
    ['lots', 'SRV', 8192, [60, 60, true]],
    ['lots', 'A', 'tcp', [60, 0, false]],
    ['lots', 'SRV', 'tcp', [60, 60, false]],
  ])('%s %s over %s', async (name, type, how, [answers, glue, opt]) => {
    expect(await size(name, type, how)).toEqual([answers, glue, opt, false]);
    const cut = answers < (name === 'few' ? 3 : 60);
    const [, , , tc] = await size(name, type, how, { enableTruncate: true });
    expect(tc).toBe(cut);
  });

  it.each([600, 1232, 2000])(
    'SRV in %i bytes: as many as fit, each with its address',
    async (edns) => {
      const { responder } = setUp({ source });
      const answer = await responder.respond(
        makeQuery('lots.service.consul', 'SRV', { edns }),
        client,
      );
      expect(answer!.length).toBeLessThanOrEqual(edns - 8);
      expect(answer!.length).toBeGreaterThan(edns - 8 - 60);
      const read = readAnswer(answer!);
      expect(read.additional).toHaveLength(read.answer.length);
    },
  );

  it.each([
    [0, 0],
    [1, 1],
    [8, 8],
    [50, 8],
  ])('udp_answer_limit %i gives %i', async (udpAnswerLimit, answers) => {
    expect((await size('lots', 'A', 'udp', { udpAnswerLimit }))[0]).toBe(answers);
  });

  it('TCP answers stay below 64 KB', async () => {
    const { responder } = setUp({ source });
    for (const type of ['A', 'SRV']) {
      const packet = makeQuery('huge.service.consul', type);
      const answer = await responder.respond(packet, { ...client, transport: 'tcp' });
      expect(answer!.length).toBeLessThanOrEqual(65_535);
      expect(readAnswer(answer!).answer.length).toBeGreaterThan(600);
    }
  });

  it('without compression names are spelled out', async () => {
    const { responder } = setUp({ source, options: { disableCompression: true } });
    const answer = await responder.respond(makeQuery('few.service.consul'), client);
    expect(answer!.toString('latin1').split('consul').length - 1).toBe(4);
  });
});
