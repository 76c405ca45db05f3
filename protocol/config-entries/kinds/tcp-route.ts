/** The service to which a TCP listener of an API gateway leads. */
import { keep, list, struct } from '../shape.ts';
import { HEAD, META, RESOURCE_REFERENCE, STATUS } from './parts.ts';

export const TCP_ROUTE = struct({
  ...HEAD,
  Parents: keep(list(RESOURCE_REFERENCE)),
  Services: keep(list(struct({ Name: keep('string') }))),
  ...META,
  Status: keep(STATUS),
});
