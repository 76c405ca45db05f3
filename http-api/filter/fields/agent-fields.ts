/** Rows of /v1/agent that are not catalog rows as well. */
import type { FieldSet } from '../field-set.ts';
import { ADDRESS, INT, STRING, STRING_MAP, UINT16, UINT8 } from '../field-set.ts';

/** /v1/agent/members (Serf's Member). Status is the number: 1 alive, 2 leaving, 3 left, 4 failed. */
export const AGENT_MEMBER_FIELDS: FieldSet = {
  Name: STRING,
  Addr: ADDRESS,
  Port: UINT16,
  Tags: STRING_MAP,
  Status: INT,
  ProtocolMin: UINT8,
  ProtocolMax: UINT8,
  ProtocolCur: UINT8,
  DelegateMin: UINT8,
  DelegateMax: UINT8,
  DelegateCur: UINT8,
};
