/** Wire types of the service mesh's authority (agent/structs/connect_ca.go). */

export interface CARoot {
  /** SHA-1 of the certificate, colon-separated hex. */
  ID: string;
  Name: string;
  /** The lower 64 bits: beyond 2^53 it is inexact once it is parsed. */
  SerialNumber: number;
  /** Subject key identifier, colon-separated hex. */
  SigningKeyID: string;
  /** The trust domain without its suffix. */
  ExternalTrustDomain: string;
  /** RFC 3339. */
  NotBefore: string;
  NotAfter: string;
  /** PEM. */
  RootCert: string;
  IntermediateCerts: string[] | null;
  Active: boolean;
  PrivateKeyType: string;
  PrivateKeyBits: number;
  CreateIndex: number;
  ModifyIndex: number;
}

export interface CARoots {
  ActiveRootID: string;
  /** Host of every SPIFFE URI of the datacenter. */
  TrustDomain: string;
  Roots: CARoot[];
}

export interface CAConfiguration {
  Provider: string;
  /** The provider's own, as it was given. */
  Config: Record<string, unknown> | null;
  State: Record<string, string> | null;
  ForceWithoutCrossSigning: boolean;
  CreateIndex: number;
  ModifyIndex: number;
}

/** A leaf certificate, without the key, which its asker made. */
export interface IssuedCert {
  /** Colon-separated hex. */
  SerialNumber: string;
  /** The leaf, and after it what leads from its signer to roots that clients may still hold. */
  CertPEM: string;
  Service?: string;
  ServiceURI?: string;
  Agent?: string;
  AgentURI?: string;
  ServerURI?: string;
  Kind?: string;
  KindURI?: string;
  /** RFC 3339. */
  ValidAfter: string;
  ValidBefore: string;
  CreateIndex: number;
  ModifyIndex: number;
}

/** What an agent hands to the service whose certificate it is. */
export interface LeafCert extends IssuedCert {
  PrivateKeyPEM: string;
}
