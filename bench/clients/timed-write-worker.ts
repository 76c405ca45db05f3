/** The thread behind timed-write.ts: one PUT for each message. */
import { request, Agent } from 'node:http';
import { parentPort } from 'node:worker_threads';
import type { WriteOrder, WriteTimes } from './timed-write.ts';

const agent = new Agent({ keepAlive: true });

parentPort?.on('message', (order: WriteOrder) => {
  const startedNs = process.hrtime.bigint();
  const put = request(order.url, {
    method: 'PUT',
    agent,
    headers: { 'content-length': Buffer.byteLength(order.value) },
  });
  put.once('response', (response) => {
    const acknowledgedNs = process.hrtime.bigint();
    response.resume();
    reply({ startedNs, acknowledgedNs, status: response.statusCode ?? 0 });
  });
  put.once('error', () => reply({ startedNs, acknowledgedNs: startedNs, status: 0 }));
  put.end(order.value);
});

function reply(times: WriteTimes): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(times);
}
