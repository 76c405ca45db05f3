import { describe, expect, it } from 'vitest';
import { Query } from './query.ts';
import { renderJSON } from './render.ts';
import type { APIRequest } from './route.ts';

const TEXT = '{"a":[1,18446744073709551615],"b":{},"c":"x:,{"}';
const INDENTED = `{
    "a": [
        1,
        18446744073709551615
    ],
    "b": {},
    "c": "x:,{"
}`;

describe('a JSON answer', () => {
  it.each([
    ['', false, TEXT],
    ['pretty', false, `${INDENTED}\n`],
    // Development mode, as of the real Consul.
    ['', true, INDENTED],
    ['pretty', true, `${INDENTED}\n`],
  ])('with ?%s, indented by default: %s', (search, isIndented, body) => {
    const request = { query: new Query(search), isIndented } as unknown as APIRequest;
    expect(renderJSON(request, TEXT).body).toBe(body);
  });
});
