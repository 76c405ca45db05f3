/** Rows of /v1/connect/intentions. What decides over requests cannot be selected, nor can times, hashes and indexes. */
import { type FieldSet, INT, STRING, STRING_MAP } from '../field-set.ts';

export const INTENTION_FIELDS: FieldSet = {
  ID: STRING,
  Description: STRING,
  SourcePartition: STRING,
  SourceNS: STRING,
  SourceName: STRING,
  SourcePeer: STRING,
  SourceSamenessGroup: STRING,
  DestinationPartition: STRING,
  DestinationNS: STRING,
  DestinationName: STRING,
  SourceType: STRING,
  Action: STRING,
  Meta: STRING_MAP,
  Precedence: INT,
};
