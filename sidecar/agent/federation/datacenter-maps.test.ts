import { expect, it } from 'vitest';
import { ORIGIN } from '../../../protocol/coordinate.ts';
import { datacenterMaps } from './datacenter-maps.ts';

it('tells the servers of each datacenter by their own names', () => {
  const near = { ...ORIGIN, Height: 0.1 };
  const pool = {
    members: (): { name: string; status: string; tags: Record<string, string> }[] => [
      { name: 'b.dc2', status: 'alive', tags: { dc: 'dc2' } },
      { name: 'n2.dc1', status: 'failed', tags: { dc: 'dc1' } },
      { name: 'n1.dc1', status: 'alive', tags: { dc: 'dc1' } },
      { name: 'gone.dc1', status: 'left', tags: { dc: 'dc1' } },
      { name: 'stranger', status: 'alive', tags: {} },
    ],
    coordinateOf: (name: string) => (name === 'b.dc2' ? near : undefined),
  };
  const entry = (Node: string, Coord = ORIGIN) => ({ Node, Segment: '', Coord });
  expect(datacenterMaps(pool)).toEqual([
    { Datacenter: 'dc1', AreaID: 'wan', Coordinates: [entry('n1'), entry('n2')] },
    { Datacenter: 'dc2', AreaID: 'wan', Coordinates: [entry('b', near)] },
  ]);
});
