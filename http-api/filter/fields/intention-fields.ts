import type { FieldSet } from '../field-set.ts';
import { INT, STRING, STRING_MAP } from '../field-set.ts';

/** /v1/connect/intentions (agent/structs/intention.go); permissions and times are not selectable. */
export const INTENTION_FIELDS: FieldSet = {
  ID: STRING,
  Description: STRING,
  SourcePeer: STRING,
  SourceSamenessGroup: STRING,
  SourcePartition: STRING,
  SourceNS: STRING,
  SourceName: STRING,
  DestinationPartition: STRING,
  DestinationNS: STRING,
  DestinationName: STRING,
  SourceType: STRING,
  Action: STRING,
  Precedence: INT,
  Meta: STRING_MAP,
};
