/** What an ID that nothing has is answered with, in Consul's words. */
import { notFound } from '../../protocol/errors.ts';

export const unknownService = (id: string): Error =>
  notFound(
    `Unknown service ID ${JSON.stringify(id)}. Ensure that the service ID is passed, not the service name.`,
  );

export const unknownCheck = (id: string): Error =>
  notFound(
    `Unknown check ID ${JSON.stringify(id)}. Ensure that the check ID is passed, not the check name.`,
  );
