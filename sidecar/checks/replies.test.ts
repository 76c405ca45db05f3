/** Bytes that come from what is checked: whatever they are, a probe must come to a result. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from './docker-probe.ts';
import { parseServing, renderRequest } from './grpc-probe.ts';
import { parseHostPort } from './network-error.ts';
import { judgeUnit } from './os-service-probe.ts';
import { TailBuffer, cutReportedOutput, renderScriptOutput } from './output.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

describe('hostile replies', () => {
  it('a gRPC answer is serving only when it says exactly that', () => {
    fc.assert(
      fc.property(bytes, (frame) => {
        const isServing = frame.length >= 7 && frame[5] === 8 && frame[6] === 1;
        if (parseServing(frame) === 1) expect(isServing).toBe(true);
      }),
    );
    expect(parseServing(Buffer.from([0, 0, 0, 0, 2, 8, 1]))).toBe(1);
    expect(parseServing(Buffer.from([1, 0, 0, 0, 2, 8, 1]))).toBe(0);
    expect(parseServing(Buffer.from([0, 0, 0, 0, 9, 8, 1]))).toBe(0);
  });

  it('a gRPC request says its own length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (service) => {
        const request = renderRequest(service);
        expect(request.readUInt32BE(1)).toBe(request.length - 5);
      }),
    );
  });

  it('a Docker stream never gives more than it holds, however it is cut', () => {
    const read = (stream: Buffer, size: number): string => {
      let text = '';
      const frames = new FrameReader((payload) => (text += payload.toString('latin1')));
      for (let at = 0; at < stream.length; at += size) frames.push(stream.subarray(at, at + size));
      return text;
    };
    const frame = (payload: Buffer): Buffer =>
      Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, payload.length]), payload]);
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 5 }),
        bytes,
        fc.integer({ min: 1, max: 20 }),
        (payloads, rest, size) => {
          const whole = Buffer.concat(payloads.map(frame));
          expect(read(whole, size)).toBe(Buffer.concat(payloads).toString('latin1'));
          expect(read(rest, size).length).toBeLessThanOrEqual(rest.length);
        },
      ),
    );
  });

  it('systemctl may print anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (service, properties) => {
        expect(['passing', 'warning', 'critical']).toContain(judgeUnit(service, properties).status);
      }),
    );
  });

  it('an address is parsed or refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        try {
          expect(parseHostPort(text, 'tcp').port).toBeLessThanOrEqual(65_535);
        } catch (thrown) {
          expect((thrown as Error).message).toMatch(
            /missing port|invalid port|unknown port|too many colons|missing '\]'/,
          );
        }
      }),
    );
  });
});

describe('outputs', () => {
  it('keep their end within the limit, however they arrive', () => {
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 20 }),
        fc.integer({ min: 1, max: 64 }),
        (chunks, max) => {
          const tail = new TailBuffer(max);
          for (const chunk of chunks) tail.push(chunk);
          const whole = Buffer.concat(chunks);
          expect(tail.totalBytes).toBe(whole.length);
          const start = Math.max(0, whole.length - max);
          expect(tail.text()).toBe(whole.subarray(start).toString('utf8'));
          const rendered = renderScriptOutput(tail, max);
          expect(rendered.startsWith('Captured')).toBe(
            whole.length > max || tail.text().startsWith('Captured'),
          );
        },
      ),
    );
  });

  it('a report that fits stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const size = Buffer.byteLength(text);
        expect(cutReportedOutput(text, size)).toBe(text);
        if (size > 1)
          expect(cutReportedOutput(text, size - 1)).toContain(
            `(captured ${size - 1} of ${size} bytes)`,
          );
      }),
    );
  });
});
