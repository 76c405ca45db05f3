import { expect, it } from 'vitest';
import { RPCError } from '../../../protocol/errors.ts';
import { RecordingRPC } from '../../../http-api/testing/recording-rpc.ts';
import { bootstrapEntries } from './bootstrap-entries.ts';
import type { Logger } from '../../lib/log.ts';

const ROUTER = { kind: 'service-router', name: 'web' };
const DEFAULTS = { Kind: 'service-defaults', Name: 'web', Protocol: 'http' };

function recordingLog(): { log: Logger; errors: string[] } {
  const errors: string[] = [];
  return { log: { error: (message: string) => errors.push(message) } as unknown as Logger, errors };
}

it('writes each entry where none stands, protocols before what routes by them', async () => {
  const rpc = new RecordingRPC();
  await bootstrapEntries(rpc, [ROUTER, DEFAULTS], 'secret', recordingLog().log);
  expect(rpc.calls).toMatchObject([
    { method: 'config.apply', args: { entry: DEFAULTS, cas: 0 }, options: { token: 'secret' } },
    { method: 'config.apply', args: { entry: ROUTER, cas: 0 } },
  ]);
});

it('a refused entry is logged and keeps none of the others away', async () => {
  const rpc = new RecordingRPC();
  rpc.answer = new RPCError('invalid', 'no splits configured');
  const { log, errors } = recordingLog();
  await bootstrapEntries(rpc, [ROUTER, DEFAULTS], '', log);
  expect(rpc.calls).toHaveLength(2);
  expect(errors[1]).toBe(
    'config_entries.bootstrap: service-router/web was refused: no splits configured',
  );
});
