/** A node's coordinate, as it travels in the acknowledgement of a ping (serf/ping_delegate.go). */
import type { Coordinate } from '../../../../protocol/types/coordinate.ts';
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { float64, list } from '../../wire/msgpack/wire-type.ts';
import { decodeAfterType } from './decode.ts';

/** Version of the payload, apart from Serf's protocol version. */
const PING_VERSION = 1;

/** A coordinate of more dimensions is of another configuration, whatever it says. */
const MAX_DIMENSIONS = 64;

const CoordinateType = struct<Coordinate>({
  Adjustment: { name: 'Adjustment', type: float64 },
  Error: { name: 'Error', type: float64 },
  Height: { name: 'Height', type: float64 },
  Vec: { name: 'Vec', type: list(float64) },
});

export const encodeCoordinatePayload = (coordinate: Coordinate): Uint8Array =>
  encodeMessage(PING_VERSION, CoordinateType, coordinate);

/** @returns undefined for another version, or what is malformed; numbers that are not finite are the client's to refuse */
export const decodeCoordinatePayload = (payload: Uint8Array): Coordinate | undefined =>
  payload[0] === PING_VERSION
    ? decodeAfterType(CoordinateType, payload, ({ Vec }) => Vec.length <= MAX_DIMENSIONS)
    : undefined;
