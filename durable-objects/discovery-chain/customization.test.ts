import { expect, it } from 'vitest';
import { NO_OVERRIDES } from './compile.ts';
import { customizationHash } from './customization.ts';

const ALL = { protocol: true, meshGateway: true, connectTimeout: true };

it('is what Consul 1.21 answers', () => {
  const overrides = {
    meshGatewayMode: 'local',
    protocol: 'grpc',
    connectTimeoutNs: 22_000_000_000,
  } as const;
  expect(customizationHash(overrides, ALL)).toBe('98809527');
});

it('is nothing where nothing made a difference', () => {
  const none = { protocol: false, meshGateway: false, connectTimeout: false };
  expect(customizationHash({ ...NO_OVERRIDES, protocol: 'grpc' }, none)).toBe('');
});
