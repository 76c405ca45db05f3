/** How a datacenter's ACL system is set up; a deployment says it by variables, an agent's configuration in its `acl` block. */
import type { DefaultPolicy } from './acl/levels.ts';

export interface ACLSettings {
  readonly enabled: boolean;
  /** What holds for a token where no rule speaks. */
  readonly defaultPolicy: DefaultPolicy;
  /** Secret of a management token that is made when the datacenter starts for the first time; '' for none. */
  readonly initialManagement: string;
  /** The deploy-time secret: it is a management token until ACLs are bootstrapped. '' for none. */
  readonly deploySecret: string;
  /** Whoever runs the deployment allows another bootstrap by naming the index of the last one. */
  readonly resetIndex: number | null;
  /** Secret by which a secondary's servers write what they read from the primary, before anything else is known here; '' for none. */
  readonly replicationToken: string;
  /** Where policies, roles and global tokens are written; '' for this very datacenter. */
  readonly primaryDatacenter: string;
  /** Whether global tokens come from the primary; without it a secondary knows policies, roles and its own local tokens. */
  readonly tokenReplication: boolean;
  /** Whether a list of keys takes `list` on its prefix; else everybody may ask, and is shown what he may read. */
  readonly keyListPolicy: boolean;
}

export const ACL_DISABLED: ACLSettings = {
  enabled: false,
  defaultPolicy: 'allow',
  initialManagement: '',
  deploySecret: '',
  resetIndex: null,
  replicationToken: '',
  primaryDatacenter: '',
  tokenReplication: false,
  keyListPolicy: false,
};

export interface ACLEnv {
  /** `true` turns the ACL system on. */
  readonly ACL_ENABLED?: string;
  /** `allow` or `deny`; anything else, and nothing, is `deny`: a deployment that turns ACLs on closes the door. */
  readonly ACL_DEFAULT_POLICY?: string;
  readonly ACL_INITIAL_MANAGEMENT?: string;
  readonly ACL_RESET_INDEX?: string;
  readonly ACL_TOKEN_REPLICATION?: string;
  readonly ACL_ENABLE_KEY_LIST_POLICY?: string;
  readonly ACL_REPLICATION_TOKEN?: string;
  readonly PRIMARY_DATACENTER?: string;
  readonly LICTOR_SECRET?: string;
}

export function readACLSettings(env: ACLEnv): ACLSettings {
  const resetIndex = env.ACL_RESET_INDEX ?? '';
  return {
    enabled: env.ACL_ENABLED === 'true',
    defaultPolicy: env.ACL_DEFAULT_POLICY === 'allow' ? 'allow' : 'deny',
    initialManagement: env.ACL_INITIAL_MANAGEMENT ?? '',
    deploySecret: env.LICTOR_SECRET ?? '',
    resetIndex: /^\d+$/.test(resetIndex) ? Number(resetIndex) : null,
    replicationToken: env.ACL_REPLICATION_TOKEN ?? '',
    primaryDatacenter: env.PRIMARY_DATACENTER ?? '',
    tokenReplication: env.ACL_TOKEN_REPLICATION === 'true',
    keyListPolicy: env.ACL_ENABLE_KEY_LIST_POLICY === 'true',
  };
}

/** Policies, roles and global tokens are written here, unless another datacenter is the primary. */
export function isPrimary({ primaryDatacenter }: ACLSettings, datacenter: string): boolean {
  return primaryDatacenter === '' || primaryDatacenter === datacenter;
}
