/** Rows of /v1/audit. `Service` stands on changes of instances and checks, `Node` on those of sessions. */
import type { FieldSet } from '../field-set.ts';
import { INT, STRING } from '../field-set.ts';

export const AUDIT_FIELDS: FieldSet = {
  Index: INT,
  Time: STRING,
  Actor: STRING,
  Kind: STRING,
  Key: STRING,
  PreviousIndex: INT,
  Service: STRING,
  Node: STRING,
};
