/** How a resolver spreads requests over instances. */
import type { LoadBalancer } from '../../../protocol/config-entries/kinds/service-resolver.ts';
import { invalid } from '../../../protocol/errors.ts';
import { quote } from '../kind-rules.ts';

const HASHING: readonly string[] = ['ring_hash', 'maglev'];
const POLICIES: readonly string[] = ['', 'random', 'round_robin', 'least_request', ...HASHING];
const HASH_FIELDS: readonly string[] = ['header', 'cookie', 'query_parameter'];

type HashPolicy = NonNullable<LoadBalancer['HashPolicies']>[number];

/** @throws RPCError */
export function validateLoadBalancer(balancer: LoadBalancer): void {
  const { Policy = '', RingHashConfig, LeastRequestConfig, HashPolicies = [] } = balancer;
  if (!POLICIES.includes(Policy)) {
    throw invalid(`Bad LoadBalancer policy: ${quote(Policy)} is not supported`);
  }
  const misplaced =
    RingHashConfig !== undefined && Policy !== 'ring_hash'
      ? 'RingHashConfig'
      : LeastRequestConfig !== undefined && Policy !== 'least_request'
        ? 'LeastRequestConfig'
        : undefined;
  if (misplaced !== undefined) {
    throw invalid(
      `Bad LoadBalancer configuration. ${misplaced} specified for incompatible load balancing policy ${quote(Policy)}`,
    );
  }
  if (!HASHING.includes(Policy) && HashPolicies.length > 0) {
    throw invalid(
      `Bad LoadBalancer configuration: HashPolicies specified for non-hash-based Policy: ${quote(Policy)}`,
    );
  }
  for (const [at, policy] of HashPolicies.entries()) {
    const fault = hashPolicyFault(policy);
    if (fault !== undefined) throw invalid(`Bad LoadBalancer HashPolicy[${at}]: ${fault}`);
  }
}

function hashPolicyFault(policy: HashPolicy): string | undefined {
  const { Field = '', FieldValue = '', SourceIP, CookieConfig } = policy;
  if (Field !== '' && !HASH_FIELDS.includes(Field)) {
    return `${quote(Field)} is not a supported field`;
  }
  if (SourceIP && Field !== '') {
    return `A single hash policy cannot hash both a source address and a ${quote(Field)}`;
  }
  if (SourceIP && FieldValue !== '') {
    return 'A FieldValue cannot be specified when hashing SourceIP';
  }
  if (Field !== '' && FieldValue === '') {
    return `Field ${quote(Field)} was specified without a FieldValue`;
  }
  if (FieldValue !== '' && Field === '') return 'FieldValue requires a Field to apply to';
  if (CookieConfig === undefined) return undefined;
  if (Field !== 'cookie') return `cookie_config provided for ${quote(Field)}`;
  return CookieConfig.Session && (CookieConfig.TTL ?? 0) !== 0
    ? 'a session cookie cannot have an associated TTL'
    : undefined;
}
