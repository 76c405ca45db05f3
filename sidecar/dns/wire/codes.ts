/**
 * Numbers of the DNS protocol that this server reads or writes (RFC 1035, 2782, 3596, 6891; IANA "DNS Parameters").
 * Every other type passes through as a number and is answered with "no data".
 */

export const RecordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  AXFR: 252,
  ANY: 255,
} as const;

/** The only class that this server writes; a question's class is echoed and otherwise ignored, as Consul does. */
export const CLASS_INTERNET = 1;

export const ResponseCode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
} as const;
export type ResponseCode = (typeof ResponseCode)[keyof typeof ResponseCode];

/** Bits of the header's second 16-bit word (RFC 1035 section 4.1.1, RFC 4035 section 3.2.2 for CD). */
export const HeaderFlag = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  CD: 0x0010,
} as const;
export const OPCODE_MASK = 0x7800;
export const OPCODE_QUERY = 0;

/** Client subnet option of EDNS (RFC 7871). */
export const EDNS_OPTION_CLIENT_SUBNET = 8;

export const HEADER_BYTES = 12;
/** RFC 1035 section 2.3.4. */
export const MAX_LABEL_BYTES = 63;
export const MAX_NAME_BYTES = 255;
/** A client without EDNS takes no more than this over UDP (RFC 1035 section 4.2.1). */
export const PLAIN_UDP_BYTES = 512;
/** What a 16-bit length prefix can announce over TCP (RFC 1035 section 4.2.2). */
export const MAX_TCP_MESSAGE_BYTES = 65_535;
/** The largest payload of one UDP datagram, less the biggest IP header and the UDP header. */
export const MAX_UDP_MESSAGE_BYTES = 65_467;
