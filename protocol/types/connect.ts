/** Wire types of the service mesh (agent/structs/connect_ca.go). */

export interface CARoot {
  /** SHA-1 of the certificate, colon-separated hex. */
  ID: string;
  Name: string;
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
