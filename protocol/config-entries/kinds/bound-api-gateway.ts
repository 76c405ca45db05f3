/** Which routes and certificates the listeners of an API gateway have. Only the datacenter writes it. */
import { keep, list, map, struct } from '../shape.ts';
import { HEAD, META, RESOURCE_REFERENCE } from './parts.ts';

export const BOUND_API_GATEWAY = struct({
  ...HEAD,
  Listeners: keep(
    list(
      struct({
        Name: keep('string'),
        Routes: keep(list(RESOURCE_REFERENCE)),
        Certificates: keep(list(RESOURCE_REFERENCE)),
      }),
    ),
  ),
  /** Routes by the service that they lead to. */
  Services: keep(map(list(RESOURCE_REFERENCE))),
  ...META,
});
