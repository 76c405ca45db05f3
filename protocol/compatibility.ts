/** The Consul whose API this product speaks: clients read it from members and node metadata to learn what they may ask. */
export const CONSUL_COMPATIBILITY = '1.21.0';
