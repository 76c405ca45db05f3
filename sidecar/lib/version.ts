/** What this program is, and the Consul whose API it speaks. */
export const VERSION = '0.1.0';
/** Clients read versions from members and node metadata to learn what they may ask for. */
export const CONSUL_COMPATIBILITY = '1.21.0';
