import { describe, expect, it } from 'vitest';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';
import { TouchedRows } from '../watch/touched-rows.ts';
import { namesWithOtherTags } from './services-changed.ts';

const instance = (Node: string, ID: string, Service: string, Tags: string[]): RegisterRequest => ({
  Node,
  Address: '1',
  Service: { ID, Service, Tags },
});

/** Two of `web` with the tag v1. */
function fixture(): CatalogFixture {
  const catalog = new CatalogFixture();
  catalog.register(instance('n1', 'web1', 'web', ['v1']));
  catalog.register(instance('n2', 'web2', 'web', ['v1']));
  catalog.publisher.batches.splice(0);
  return catalog;
}

function namesAfter(catalog: CatalogFixture, work: () => void): string[] {
  const since = catalog.writer.lastIndex;
  work();
  return catalog.publisher.batches
    .splice(0)
    .flatMap((touched) => namesWithOtherTags(catalog.storage.sql, new TouchedRows(touched, since)));
}

describe('of the list of services', () => {
  it.each<[string, RegisterRequest, string[]]>([
    ['nothing changes by one more of the same', instance('n3', 'web3', 'web', ['v1']), []],
    ['a service changes by a new tag', instance('n3', 'web3', 'web', ['v2']), ['web']],
    [
      'a service changes by another order of tags',
      instance('n3', 'web3', 'web', ['v1', 'v2']),
      ['web'],
    ],
    ['a service changes by another spelling', instance('n3', 'web3', 'WEB', ['v1']), ['web']],
    ['a service comes', instance('n3', 'db1', 'db', []), ['db']],
    [
      'a service changes by an instance with other tags',
      instance('n1', 'web1', 'web', ['v2']),
      ['web'],
    ],
    [
      'both change by an instance with another name',
      instance('n1', 'web1', 'app', ['v1']),
      ['app', 'web'],
    ],
    [
      'nothing changes by a new port',
      {
        ...instance('n1', 'web1', 'web', ['v1']),
        Service: { ID: 'web1', Service: 'web', Tags: ['v1'], Port: 8 },
      },
      [],
    ],
  ])('%s', (_, request, names) => {
    const catalog = fixture();
    expect(namesAfter(catalog, () => catalog.register(request)).toSorted()).toEqual(names);
  });

  it('a service changes by one that goes, even if others are like it', () => {
    const catalog = fixture();
    const gone = () => catalog.deregister({ Node: 'n1', ServiceID: 'web1' });
    expect(namesAfter(catalog, gone)).toEqual(['web']);
  });

  it('an instance of the same batch is no sign that there was one before', () => {
    const catalog = fixture();
    const both = (): void => {
      catalog.writer.batch(() => {
        catalog.registerInBatch(instance('n1', 'db1', 'db', ['a']));
        catalog.registerInBatch(instance('n2', 'db2', 'db', ['a']));
      });
    };
    expect(namesAfter(catalog, both)).toEqual(['db']);
  });
});
