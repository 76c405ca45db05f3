/** `keygen`: a random gossip encryption key. */
import { randomBytes } from 'node:crypto';
import { defineCommand } from '../command.ts';

/** AES-256. */
const KEY_BYTES = 32;

export const command = defineCommand({
  usage: 'keygen',
  about: `Prints a new random key of 32 bytes in base64, as the agent's option "encrypt"
takes it.`,
  flags: {},
  async run({ print }) {
    print(randomBytes(KEY_BYTES).toString('base64'));
  },
});
