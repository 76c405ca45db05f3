/** Whether two servers gave the same answer, as far as one can ask for the same. */
import { readMessage } from './packets.ts';
import type { ReadMessage } from './packets.ts';
import type { AskedQuestion } from './questions.ts';

/**
 * Names with more records than some answer holds, of which each server picks by chance: there the kinds and numbers of
 * records are compared. A node's metadata has no order in Go, so what a short answer keeps of it is chance, too.
 */
const PICKED_BY_CHANCE =
  /^(?:[^ ]*\.)?(?:wide|four|mixed)\.service\.|^(?:meta|n1)\.node\.\S+ (?:ANY|TXT) /i;
/** The servers' own service has the port of each server. */
const OWN_PORT = /^(?:_?consul\.|_consul\._)\S* SRV |\.consul\.(?:service|connect)\S* SRV /i;
/** An IPv4 address that came with a name of `.virtual`: given out in the order in which services become known. */
const VIRTUAL = /"24\d\.\d+\.\d+\.\d+"/g;

/** @returns undefined when they agree, else what differs, as text */
export function difference(
  question: AskedQuestion,
  theirs: Buffer | undefined,
  ours: Buffer | undefined,
): string | undefined {
  const expected = comparable(question, theirs);
  const actual = comparable(question, ours);
  if (expected === actual) return undefined;
  return `${question.title}\n  Consul: ${expected}\n  Lictor: ${actual}`;
}

function comparable({ title }: AskedQuestion, packet: Buffer | undefined): string {
  if (packet === undefined) return 'no answer';
  const message = readMessage(packet);
  if (PICKED_BY_CHANCE.test(title))
    return JSON.stringify(withKindsOnly(message, title.startsWith('mixed.')));
  const text = JSON.stringify(message).replaceAll(VIRTUAL, '"240.0.0.x"');
  return OWN_PORT.test(title) ? text.replace(/\\"port\\":\d+/, '"port":0') : text;
}

function withKindsOnly(message: ReadMessage, isMixed: boolean): ReadMessage {
  const { answer, additional } = message;
  // Instances of unlike addresses have unlike glue, or none.
  const glue = additional.filter((record) => !/ (?:AAAA|A|CNAME|TXT) /.test(record));
  return { ...message, answer: kinds(answer), additional: isMixed ? glue : kinds(additional) };
}

/** Owner, lifetime, class and type of each record; glue is named after what was picked. */
function kinds(records: readonly string[]): string[] {
  return records.map((record) => record.split(' ').slice(1, 4).join(' ')).toSorted();
}
