/** What the help of a group of commands says above its list. */
const ABOUT: Readonly<Record<string, string>> = {
  kv: `Commands for the key-value store. Some examples:

Create or update the key "redis/config/connections" with the value "5":

    $ lictor kv put redis/config/connections 5

Read this value back, alone or with everything known about it:

    $ lictor kv get redis/config/connections
    $ lictor kv get -detailed redis/config/connections

Delete the key:

    $ lictor kv delete redis/config/connections`,
  'kv schema': `Commands for the JSON schemas of prefixes: a write of a value that does not fit is
refused with the reason.

    $ lictor kv schema set app/ @app.schema.json
    $ lictor kv schema get app/`,
  catalog: `Commands for the catalog of a datacenter, which lists what all of its agents
registered. Some examples:

    $ lictor catalog datacenters
    $ lictor catalog nodes
    $ lictor catalog services`,
  health: `Commands that show how well services are.

    $ lictor health why web`,
  services: `Commands for the services of the local agent. The catalog of the whole
datacenter is seen with "lictor catalog".`,
  snapshot: `Commands that save, restore and inspect the whole state of a datacenter: keys,
catalog, prepared queries, sessions and ACLs, as of one moment.

    $ lictor snapshot save backup.snap
    $ lictor snapshot inspect backup.snap
    $ lictor snapshot restore backup.snap

With ACLs enabled these commands need a management token.`,
  config: `Commands for configuration entries, which hold settings of services and of the
mesh for a whole datacenter.

    $ lictor config write web.hcl
    $ lictor config read -kind service-defaults -name web
    $ lictor config list -kind service-defaults
    $ lictor config delete -kind service-defaults -name web`,
  intention: `Commands for intentions, which say which service may connect to which.

    $ lictor intention create -deny web db
    $ lictor intention check web db
    $ lictor intention match db`,
  operator: `Tools for those who run a datacenter.`,
  'operator usage': `Commands that show how much a datacenter is used.`,
  'operator raft': `A datacenter is one durable object here, not a group of Raft peers: these
commands exist so that scripts hear the reason.`,
  tls: `Helpers that make a certificate authority (CA) and certificates for agents. They
only work on files of the current directory.

    $ lictor tls ca create
    $ lictor tls cert create -server`,
};

export function describeGroup(path: string): string | undefined {
  return ABOUT[path];
}
