import { describe, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { aclAuthRoutes } from './acl-auth.ts';
import { aclPolicyRoutes } from './acl-policies.ts';
import { aclTemplateRoutes } from './acl-templates.ts';
import { aclTokenRoutes } from './acl-tokens.ts';
import { notBuiltRoutes } from './not-built.ts';
import { statusRoutes } from './status.ts';

const rpc = new RecordingRPC();
const send = serve(
  [
    ...statusRoutes,
    ...notBuiltRoutes,
    ...aclTokenRoutes,
    ...aclPolicyRoutes,
    ...aclTemplateRoutes,
    ...aclAuthRoutes,
  ],
  rpc,
);

describe('endpoints that are not built, and the ACL system where it is off', () => {
  it.each([
    ['GET', '/v1/peerings', 501],
    ['DELETE', '/v1/peering/some', 501],
    ['PUT', '/v1/peerings', 405],
    ['GET', '/v1/acl/tokens', 401],
    ['PUT', '/v1/acl/bootstrap', 401],
    ['GET', '/v1/acl/bootstrap', 405],
    ['PUT', '/v1/acl/token/some-accessor', 401],
    // Only GET stands on `self`, though every method stands on an accessor.
    ['PUT', '/v1/acl/token/self', 405],
    // Only PUT stands on the collection.
    ['GET', '/v1/acl/policy', 405],
    ['DELETE', '/v1/acl/policy/name/x', 405],
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/acl/nothing', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const response = await send(method, path);
    expect(response.status).toBe(status);
    expect((await response.text()).length).toBeGreaterThan(0);
  });
});

describe('status', () => {
  it('one object is its own leader and only peer', async () => {
    // Nobody told this API where its control plane is: it is where the client asked.
    expect(await (await send('GET', '/v1/status/leader')).json()).toBe('localhost:443');
    expect(await (await send('GET', '/v1/status/peers?dc=dc1')).json()).toEqual(['localhost:443']);
    expect(rpc.calls).toEqual([]);
  });

  it('a foreign datacenter is asked for', async () => {
    await send('GET', '/v1/status/leader?dc=dc2');
    expect(rpc.calls).toMatchObject([{ options: { datacenter: 'dc2' } }]);
  });
});
