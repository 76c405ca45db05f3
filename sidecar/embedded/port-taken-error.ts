/** The port is somebody else's; `option` is what the user can change. */
export class PortTakenError extends Error {
  readonly port: number;

  constructor(what: string, host: string, port: number, option: string) {
    super(
      `${what}: ${host}:${port} is taken by another program; choose another port with ${option}`,
    );
    this.name = 'PortTakenError';
    this.port = port;
  }
}
