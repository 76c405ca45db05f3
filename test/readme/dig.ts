/**
 * As much of `dig` as the examples need, so that they are played where no dig is installed.
 *
 *     dig @SERVER -p PORT [+short] NAME TYPE
 */
import dgram from 'node:dgram';
import dnsPacket from 'dns-packet';
import type { Answer, RecordType } from 'dns-packet';

const LIMIT_MS = 5_000;
const UDP_PAYLOAD_BYTES = 4096;

const args = process.argv.slice(2);
const server = args.find((arg) => arg.startsWith('@'))?.slice(1) ?? '127.0.0.1';
const port = Number(args[args.indexOf('-p') + 1]);
const isShort = args.includes('+short');
const [name = '', type = 'A'] = args.filter(
  (arg, at) => !/^[@+-]/.test(arg) && args[at - 1] !== '-p',
);

const query = dnsPacket.encode({
  type: 'query',
  id: Math.floor(Math.random() * 65_536),
  flags: dnsPacket.RECURSION_DESIRED,
  questions: [{ name: name.replace(/\.$/, ''), type: type as RecordType }],
  additionals: [
    {
      type: 'OPT',
      name: '.',
      udpPayloadSize: UDP_PAYLOAD_BYTES,
      extendedRcode: 0,
      ednsVersion: 0,
      flags: 0,
      flag_do: false,
      options: [],
    },
  ],
});

const reply = await new Promise<Buffer>((resolve, reject) => {
  const socket = dgram.createSocket('udp4');
  const timer = setTimeout(() => {
    socket.close();
    reject(new Error('no servers could be reached'));
  }, LIMIT_MS);
  socket.once('message', (message) => {
    clearTimeout(timer);
    socket.close();
    resolve(message);
  });
  socket.send(query, port, server);
});

const packet = dnsPacket.decode(reply) as dnsPacket.DecodedPacket & { rcode: string };
const answers = packet.answers ?? [];
const additionals = packet.additionals ?? [];
console.log(isShort ? answers.map(renderData).join('\n') : renderAll());

function renderAll(): string {
  const flags = [
    ['qr', true],
    ['aa', packet.flag_aa],
    ['tc', packet.flag_tc],
    ['rd', packet.flag_rd],
    ['ra', packet.flag_ra],
  ].flatMap(([flag, isSet]) => (isSet ? [flag] : []));
  const counts = [
    `QUERY: ${packet.questions?.length ?? 0}`,
    `ANSWER: ${answers.length}`,
    `AUTHORITY: ${packet.authorities?.length ?? 0}`,
    `ADDITIONAL: ${additionals.length}`,
  ];
  const shown = additionals.filter((record) => record.type !== 'OPT');
  return [
    ';; Got answer:',
    `;; ->>HEADER<<- opcode: QUERY, status: ${packet.rcode}, id: ${packet.id}`,
    `;; flags: ${flags.join(' ')}; ${counts.join(', ')}`,
    ...section('ANSWER', answers),
    ...section('ADDITIONAL', shown),
    '',
    `;; Query time: 0 msec`,
  ].join('\n');
}

function section(title: string, records: readonly Answer[]): string[] {
  if (records.length === 0) return [];
  return ['', `;; ${title} SECTION:`, ...records.map(renderRecord)];
}

function renderRecord(record: Answer): string {
  const ttl = 'ttl' in record ? record.ttl : 0;
  return `${record.name}.\t\t${ttl}\tIN\t${record.type}\t${renderData(record)}`;
}

function renderData(record: Answer): string {
  if (record.type === 'SRV') {
    const { priority, weight, port: target, target: host } = record.data;
    return `${priority} ${weight} ${target} ${host}.`;
  }
  if (record.type === 'TXT')
    return [record.data]
      .flat()
      .map((text) => `"${String(text)}"`)
      .join(' ');
  return String('data' in record ? record.data : '');
}
