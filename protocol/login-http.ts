/** What sidecar and Worker say to one another about logins: bearer tokens are verified by the Worker, which may ask an identity provider. */
import type { ErrorCode } from './errors.ts';

/** Of the Worker, for sidecars: POST of a LoginRequest. */
export const LOGIN_LINK_PATH = '/lictor/login';

export interface LoginRequest {
  readonly AuthMethod: string;
  readonly BearerToken: string;
  readonly Meta?: Readonly<Record<string, string>>;
}

/** The body of an answer with this status; any other answer is the token as the API shows it. */
export interface LoginFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export const LOGIN_FAILURE_STATUS = 500;
