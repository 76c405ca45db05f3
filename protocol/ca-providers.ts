/** Who may be a datacenter's certificate authority, by the names that Consul has for them. */
export const BUILTIN_PROVIDER = 'consul';

/**
 * Consul's others. Never taken silently: certificates of another authority than the one that was asked for would be trusted
 * for it.
 */
export const NOT_BUILT_PROVIDERS: ReadonlySet<string> = new Set(['vault', 'aws-pca']);
