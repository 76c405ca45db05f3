import { expect, it } from 'vitest';
import { parseDockerHost } from './docker-host.ts';

it.each([
  ['unix:///var/run/docker.sock', { socketPath: '/var/run/docker.sock' }],
  ['tcp://10.0.0.1:2376', { host: '10.0.0.1', port: 2376 }],
  ['tcp://engine', { host: 'engine', port: 2375 }],
  ['tcp://[::1]:99/', { host: '::1', port: 99 }],
])('%s', (text, host) => {
  expect(parseDockerHost(text)).toEqual(host);
});

it.each(['', 'unix://', '/var/run/docker.sock', 'ssh://host', 'tcp://'])(
  '%j is refused',
  (text) => {
    expect(() => parseDockerHost(text)).toThrow(/DOCKER_HOST/);
  },
);
