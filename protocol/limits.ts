/**
 * Every bound in one place, with its reason. The local workerd enforces none of the platform's limits, so these do.
 */

/** Consul's default limit for one value (limits.kv_max_value_size). */
export const KV_MAX_VALUE_BYTES = 512 * 1024;
/** Consul's default limit for the body of a transaction (limits.txn_max_req_len). */
export const TXN_MAX_BYTES = 512 * 1024;
/** Consul refuses larger transactions: a turn of the object must stay short. */
export const TXN_MAX_OPS = 128;
/**
 * The largest value that an opt-in may allow: a call that carries it (base64, so a third longer) has to fit one message
 * of the link and to leave an object with 128 MB room to work.
 */
export const KV_VALUE_CEILING_BYTES = 8 * 1024 * 1024;
/** The same for the body of a transaction, whose values are base64 already. */
export const TXN_CEILING_BYTES = 16 * 1024 * 1024;
/** Longer values (in base64) are cut into pieces: a row holds 2 MB at most. */
export const KV_CHUNK_CHARS = 1024 * 1024;
/** Times to live of keys: alarms are no finer than a second, and nobody waits for longer than years. */
export const KV_TTL_MIN_MS = 1000;
export const KV_TTL_MAX_MS = 10 * 365 * 24 * 3_600_000;
/** JSON bodies other than values; Consul has no limit of its own here, memory does. */
export const JSON_BODY_MAX_BYTES = 8 * 1024 * 1024;

/** A Durable Object takes WebSocket messages of up to 32 MiB; frames stay far below so that none delays the others. */
export const MAX_FRAME_CHARS = 256 * 1024;
export const MAX_FRAME_OPS = 1024;
/** Two frames hide the round trip; more would only queue in the object. */
export const MAX_FRAMES_IN_FLIGHT = 2;
/** A push carries the answer up to this size, beyond it the sidecar reads when it needs to. */
export const MAX_PUSH_ANSWER_CHARS = 64 * 1024;
/**
 * The rows that changed of a list travel up to this size: the largest value as base64, and some. Reading the whole list
 * instead would move more.
 */
export const MAX_PUSH_CHANGES_CHARS = 1024 * 1024;
/** Groups of rows in a push: beyond it reading one after the other costs more than reading the list. */
export const MAX_PUSH_GROUPS = 1024;
/** Subscriptions that one link may hold: their list must fit in one row of 2 MB. */
export const MAX_SUBSCRIPTIONS_PER_LINK = 20_000;
/** Ops that may wait for the link in a sidecar before callers are told 429. */
export const MAX_QUEUED_OPS = 65_536;

/**
 * Characters of an answer that lists a prefix: it is put together in the object's 128 MB and travels in one call, of
 * which the platform allows 32 MiB. 100,000 keys of 100 bytes take 25 MB; beyond it there are pages.
 */
export const MAX_LIST_CHARS = 28 * 1024 * 1024;
/** Keys in one page of a prefix, and how many there are unless the client says. */
export const MAX_PAGE_KEYS = 10_000;

/** Consul: default wait of a blocking query, and the longest one (agent/config default_query_time, max_query_time). */
export const DEFAULT_QUERY_TIME_MS = 300_000;
export const MAX_QUERY_TIME_MS = 600_000;
/** Consul adds up to wait/16 so that watchers do not come back at the same moment. */
export const WAIT_JITTER_FRACTION = 16;
/** The platform cuts idle requests at the edge: a long poll there answers before. */
export const EDGE_MAX_WAIT_MS = 240_000;

/** Tombstones keep the index of a deleted name for this long; after it `floor` answers for them. */
export const TOMBSTONE_TTL_MS = 3_600_000;
/** The change log unless a deployment says otherwise: what is older than this is trimmed, */
export const LOG_MAX_AGE_MS = 30 * 24 * 3_600_000;
/** and what is beyond this size: a tenth of what an object may hold. */
export const LOG_MAX_BYTES = 1024 ** 3;
/** Rows that one step of trimming removes: about ten milliseconds. */
export const TRIM_BATCH_ROWS = 2048;
/** Trimming by age comes at most this often, so that a trickle of writes is no trickle of alarms a month later. */
export const TRIM_MIN_INTERVAL_MS = 3_600_000;
/** Body of PUT /v1/kv-schema/; schemas are kept in memory. */
export const MAX_SCHEMA_BYTES = 64 * 1024;
export const MAX_KV_SCHEMAS = 128;
/** Changes of a key on one page of its history unless the client asks for fewer, and the size after which a page ends. */
export const HISTORY_PAGE_ENTRIES = 100;
export const HISTORY_PAGE_CHARS = 1024 * 1024;
/** Changes that a read of the past may walk: about a tenth of a second of the object's time. */
export const MAX_PAST_WALK_ROWS = 100_000;
/** What a read of the past may answer: it is put together in memory. */
export const MAX_PAST_CHARS = 16 * 1024 * 1024;
/** Keys that one rollback may change: it is one turn of the object. */
export const MAX_ROLLBACK_KEYS = 10_000;
/** Changes of the log that one read looks at: some ten milliseconds. Whoever wants more asks again from there. */
export const STREAM_SCAN_ROWS = 4096;
export const AUDIT_SCAN_ROWS = 10_000;
/** What one page carries. A change with a longer value is a page of its own. */
export const STREAM_PAGE_CHANGES = 1000;
export const STREAM_PAGE_CHARS = 512 * 1024;
export const AUDIT_PAGE_ENTRIES = 500;
export const AUDIT_PAGE_CHARS = 1024 * 1024;
/** Streams that one agent, or one instance of the Worker, serves. */
export const MAX_STREAMS = 1000;
/** What waits for a client beyond the page that is being sent, and how long it may take nothing. */
export const STREAM_BUFFER_BYTES = 64 * 1024;
export const STREAM_STALL_MS = 30_000;
/** How long a client that was cut has to take the reason. */
export const STREAM_FAREWELL_MS = 5_000;
/** Below the idle time-outs of proxies on the way. */
export const STREAM_HEARTBEAT_MS = 15_000;
/** Between two waits of a stream. */
export const STREAM_PACE_MS = 100;
/** Between two tries of a stream while the datacenter cannot be reached; each try itself holds for a while. */
export const STREAM_RETRY_MS = 1000;
/** One wait of a stream; after it the stream just waits again. */
export const STREAM_WATCH_MS = 600_000;
/** What one stream may ask for. */
export const MAX_STREAM_TOPICS = 64;
export const MAX_STREAM_TOPIC_CHARS = 1024;
/**
 * A sidecar sends a frame again for this long: a deploy and a restart take seconds, and whoever called has been answered
 * after a few.
 */
export const MAX_FRAME_AGE_MS = 600_000;
/** The datacenter remembers the replies to a sidecar's last frames for this long: a thousand times as long as it is asked. */
export const FRAMES_KEPT_MS = 1000 * MAX_FRAME_AGE_MS;
/** Rows of frames that one reaping step looks at. */
export const REAP_FRAME_ROWS = 64;
/** Rows that one reaping step may remove: a turn of the object must stay short. */
export const REAP_BATCH_ROWS = 512;
/** Writes between two reaping steps: often enough that no step finds more than a batch, rare enough to cost nothing. */
export const REAP_EVERY_INDEXES = 512;

/** Events that a datacenter and each agent remember: Consul's agents keep as many. */
export const EVENT_RING_SIZE = 256;
/** Events in a push: with the largest payloads still far below MAX_PUSH_ANSWER_CHARS. */
export const EVENT_PUSH_COUNT = 16;

/**
 * How far a restore moves the index ahead. A snapshot may be of a datacenter that went on after it and was then lost:
 * none of the indexes that its clients saw may come again for something else.
 */
export const RESTORE_INDEX_JUMP = 1_000_000;
/** Snapshots that may be saved at the same time: each costs writes a row while it lasts. */
export const MAX_SNAPSHOTS_AT_ONCE = 4;
/** A snapshot or a restore whose client neither takes nor sends anything for this long is given up. */
export const SNAPSHOT_STALL_MS = 60_000;
/** A line of a snapshot: a row of 2 MB with every character escaped. */
export const MAX_SNAPSHOT_LINE_CHARS = 13 * 1024 * 1024;

/** Of one deployment: its list travels whole. */
export const MAX_DATACENTERS = 1000;
/** Changes that another datacenter's follower applies in one transaction, and how long they may be together: half a page. */
export const MAX_REPLICATED_CHANGES = 500;
export const REPLICATION_BATCH_CHARS = 256 * 1024;
/** A stream is called by its family and a prefix. */
export const MAX_REPLICATION_NAME_CHARS = 1100;

/** A subscription or replica entry that nobody asked for during this time is dropped. */
export const IDLE_SUBSCRIPTION_MS = 600_000;
/** Link and relay subscriptions are stored at most this often: a row write a second at the worst. */
export const SAVE_SUBSCRIPTIONS_MS = 1000;
/** Relays over which the long polls of a datacenter are spread. */
export const RELAY_SHARDS = 8;
/** A relay answers its waiters within one turn: more would delay the last of them noticeably. */
export const MAX_WAITERS_PER_RELAY = 5000;
/**
 * Before each try to tell a relay something: one that moves to another machine is back within seconds. Together they stay
 * below what a long poll waits at the edge.
 */
export const RELAY_RETRY_WAITS_MS: readonly number[] = [0, 0, 100, 1_000, 5_000, 15_000];
/** Longer than twice the reconnect jitter of sidecars, so that a deploy fails nobody. */
export const LINK_GRACE_MS = 30_000;
/** A link that closed asks nothing yet: an agent that restarts is back within this. */
export const LINK_ASK_MS = 1_000;
/** Members ping three times half a second apart before they answer, and the answers travel. */
export const VOUCH_WAIT_MS = 5_000;
/** Gossip holds a node for dead whose link lives: an agent that still runs answers over the link within this. */
export const ACCUSED_WAIT_MS = 5_000;
/** A node without a link that a member vouched for is asked after again: whoever vouched may be gone as well by then. */
export const VOUCH_RENEW_MS = 60_000;
/** One member cannot reach the node: the others have pinged as long, and their word is on its way. */
export const UNREACHABLE_WAIT_MS = 1_000;
/** With more links closed at once it is not the hosts that failed: nobody is asked until the grace is over. */
export const MAX_EARLY_DOUBTS = 16;
/** Names that members are asked about at a time: a list of them stays small, whoever has to read it. */
export const MAX_DOUBTS = 64;
/** How long those wait who find the list full. */
export const DOUBT_RETRY_MS = 2_000;
/** How often the keepalives of a host that no member watches are looked at: each look wakes the object. */
export const HEARTBEAT_CHECK_MS = 60_000;
/** Sidecars send a keepalive every 20 s and give up after 10: who was silent for longer than both is gone. */
export const LINK_SILENT_MS = 35_000;
export const RECONNECT_MAX_JITTER_MS = 10_000;

/** Shorter ones would reap what a script registers anew each minute. */
export const REAP_AFTER_MIN_MS = 60_000;
/** Each sweep wakes the datacenter and reads every node: as often as tells it in good time, but not without a pause. */
export const REAP_SWEEP_MIN_MS = 60_000;
export const REAP_SWEEP_MAX_MS = 3_600_000;
/** Nodes and instances that one stretch of a sweep looks at: some milliseconds. */
export const REAP_SWEEP_ROWS = 500;

/** Tokens whose compiled rules a datacenter keeps in memory; beyond it all are compiled anew. A token of a page of rules takes some KB. */
export const MAX_COMPILED_TOKENS = 4096;
/** Questions of one /v1/internal/acl/authorize, as in Consul. */
export const MAX_AUTHORIZATION_REQUESTS = 64;
/** Rules and description of a policy: its row, and the log's, hold 2 MB at most. */
export const MAX_POLICY_CHARS = 512 * 1024;
/** The shortest life of a token that expires, as Consul's acl.token_min_expiration_ttl. */
export const TOKEN_MIN_TTL_MS = 60_000;
/** Links of one kind on a token or role: each is looked up when it is compiled. */
export const MAX_ACL_LINKS = 1024;

/** A request for a certificate: an RSA key of 4,096 bits and a hundred names take about 8 KB. */
export const MAX_CSR_BYTES = 32 * 1024;
/** Names in a certificate; every peer reads them at every handshake. */
export const MAX_CSR_NAMES = 100;
/** Trusted roots: each is sent to every proxy. Rotations beyond it wait for old ones to be pruned. */
export const MAX_CA_ROOTS = 32;
/** Configuration of the authority, with a key and a root of its operator's. */
export const MAX_CA_CONFIG_CHARS = 64 * 1024;
