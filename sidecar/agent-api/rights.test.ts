import { describe, expect, it } from 'vitest';
import { badRequest, forbidden } from '../../protocol/errors.ts';
import { faultsBeforeRights, right, visible } from './rights.ts';

describe('a definition that is wrong, of a token that may not', () => {
  it.each([
    ['Permission denied', 'Validation failed: port', 'Validation failed: port'],
    ['Permission denied', 'Missing service name', 'Missing service name'],
    ['ACL not found', 'Missing service name', 'Missing service name'],
    // Whose token it is comes before all but a name, an address and a state.
    ['ACL not found', 'Validation failed: port', 'ACL not found'],
  ])('%s and %s: %s', async (refusal, fault, said) => {
    const work = faultsBeforeRights(Promise.reject(forbidden(refusal)), () => {
      throw badRequest(fault);
    });
    await expect(work).rejects.toThrow(said);
  });

  it('is not looked at when the token may', async () => {
    const plan = () => {
      throw badRequest('never');
    };
    await expect(faultsBeforeRights(Promise.resolve(), plan)).resolves.toBeUndefined();
  });

  it('that another fault would befall, such as no free port, is refused', async () => {
    const work = faultsBeforeRights(Promise.reject(forbidden('Permission denied')), () => {
      throw new Error('no port is free');
    });
    await expect(work).rejects.toThrow('Permission denied');
  });
});

describe('a list', () => {
  it('of nothing is refused to a token that nobody has', async () => {
    const rights = {
      require: () => Promise.reject(forbidden('ACL not found')),
      allows: () => Promise.resolve([]),
    };
    const request = { query: new URLSearchParams(), header: () => '' } as never;
    const seen = visible(rights, request, [], () => right('service', 'read', 'x'));
    await expect(seen).rejects.toThrow('ACL not found');
  });
});
