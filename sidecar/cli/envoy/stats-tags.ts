/**
 * Tags that Envoy is to find in the names of its metrics: clusters and upstreams are named after services of the mesh, a dot
 * between the parts.
 */

export interface StatsTag {
  readonly tag_name: string;
  readonly regex?: string;
  readonly fixed_value?: string;
}

/** The parts of a cluster's name, in their order: as they are passed over, and as the one that is looked for. */
const PARTS = {
  custom_hash: ['(?:[^.]+~)?', '(?:([^.]+)~)?'],
  service_subset: ['(?:[^.]+\\.)?', '(?:([^.]+)\\.)?'],
  service: ['[^.]+\\.', '([^.]+)\\.'],
  namespace: ['[^.]+\\.', '([^.]+)\\.'],
  partition: ['(?:[^.]+\\.)?', '(?:([^.]+)\\.)?'],
  datacenter: ['[^.]+\\.', '([^.]+)\\.'],
  routing_type: ['[^.]+\\.', '([^.]+)\\.'],
  trust_domain: ['[^.]+', '([^.]+)'],
} as const;

type Part = keyof typeof PARTS;

const NAMES = Object.keys(PARTS) as Part[];
const END = '\\.consul\\.';

/** Only within a datacenter is it told where the service runs. */
const INTERNAL_ONLY: readonly Part[] = ['partition', 'datacenter'];

function clusterPart(wanted: Part): string {
  const parts = NAMES.map((part) => {
    if (part === wanted) return PARTS[part][1];
    const isInternal = part === 'routing_type' && INTERNAL_ONLY.includes(wanted);
    return isInternal ? 'internal[^.]*\\.' : PARTS[part][0];
  });
  return `(${parts.join('')}${END})`;
}

/** Names from the first part to `last`, as one. */
function clusterParts(last: Part): string {
  const at = NAMES.indexOf(last) + 1;
  const join = (names: readonly Part[]): string => names.map((name) => PARTS[name][0]).join('');
  const [found, rest] = [join(NAMES.slice(0, at)).replace(/\\\.$/, ''), join(NAMES.slice(at))];
  return `((${found})${rest === '' ? END : `\\.${rest}${END}`})`;
}

/** @param prefix before the name @param tags what the tags begin with @param parts which of them there are */
function clusterTags(prefix: string, tags: string, parts: readonly Part[]): StatsTag[] {
  const tag = (name: string, regex: string): StatsTag => ({
    regex: `^cluster\\.${prefix}${regex}`,
    tag_name: `${tags}.${name}`,
  });
  return [
    ...parts.map((part) => tag(part, clusterPart(part))),
    tag('target', clusterParts('datacenter')),
    tag('full_target', clusterParts('trust_domain')),
  ];
}

const PEER: StatsTag = {
  regex: '^cluster\\.([^.]+\\.(?:[^.]+\\.)?([^.]+)\\.external\\.[^.]+\\.consul\\.)',
  tag_name: 'consul.destination.peer',
};

function upstreamTag(name: string, which: string, regex: string): StatsTag {
  return {
    regex: `^(?:tcp|http)\\.upstream${which}\\.(${regex})`,
    tag_name: `consul.upstream.${name}`,
  };
}

const UPSTREAM: readonly StatsTag[] = [
  upstreamTag('service', '(?:_peered)?', '([^.]+)(?:\\.[^.]+)?(?:\\.[^.]+)?\\.[^.]+\\.'),
  upstreamTag('datacenter', '', '[^.]+(?:\\.[^.]+)?(?:\\.[^.]+)?\\.([^.]+)\\.'),
  upstreamTag('peer', '_peered', '[^.]+(?:\\.[^.]+)?\\.([^.]+)\\.'),
  upstreamTag('namespace', '(?:_peered)?', '[^.]+(?:\\.([^.]+))?(?:\\.[^.]+)?\\.[^.]+\\.'),
  upstreamTag('partition', '', '[^.]+(?:\\.[^.]+)?(?:\\.([^.]+))?\\.[^.]+\\.'),
];

/** Before Consul 1.9 the tags had no "destination" in their names. */
const DEPRECATED = clusterTags(
  '',
  'consul',
  NAMES.filter((part) => part !== 'partition'),
);

export interface TaggedProxy {
  readonly cluster: string;
  /** The service itself. */
  readonly source: string;
  readonly datacenter: string;
}

/** @param own `name=value`, from the proxy's configuration */
export function statsTags(
  proxy: TaggedProxy,
  own: readonly string[],
  omitDeprecated: boolean,
): StatsTag[] {
  const fixed = (tag_name: string, fixed_value: string): StatsTag => ({ tag_name, fixed_value });
  const destination = clusterTags('(?:passthrough~)?', 'consul.destination', NAMES);
  const peerAt = NAMES.indexOf('datacenter') + 1;
  return [
    ...own.map((text) => {
      const [name, ...value] = text.split('=');
      // A name alone is a flag.
      return fixed(name!, value.length === 0 ? '1' : value.join('='));
    }),
    ...destination.toSpliced(peerAt, 0, PEER),
    ...UPSTREAM,
    ...(omitDeprecated ? [] : DEPRECATED),
    fixed('local_cluster', proxy.cluster),
    fixed('consul.source.service', proxy.source),
    fixed('consul.source.namespace', 'default'),
    fixed('consul.source.partition', 'default'),
    fixed('consul.source.datacenter', proxy.datacenter),
  ];
}
