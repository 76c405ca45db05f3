"""What a program with python-consul does all day; one JSON line with what it saw, or a traceback."""

import json
import sys
import threading
import time

import consul

client = consul.Consul(host="127.0.0.1", port=int(sys.argv[1]))
seen = {}

client.kv.put("py/a", "one", flags=7)
index, pair = client.kv.get("py/a")
seen["value"] = [pair["Value"].decode(), pair["Flags"]]
seen["cas refused"] = client.kv.put("py/a", "two", cas=1)
seen["keys"] = client.kv.get("py/", keys=True)[1]
threading.Timer(0.3, lambda: client.kv.put("py/a", "three")).start()
seen["blocked"] = client.kv.get("py/a", index=index, wait="10s")[1]["Value"].decode()

session = client.session.create(name="py", ttl=30, lock_delay=0)
seen["acquired"] = client.kv.put("py/lock", "me", acquire=session)
other = client.session.create(name="other", lock_delay=0)
seen["second refused"] = client.kv.put("py/lock", "you", acquire=other)
client.session.renew(session)
client.session.destroy(session)
seen["released"] = client.kv.get("py/lock")[1].get("Session")

client.agent.service.register(
    "py-web", service_id="py-web-1", address="10.1.2.3", port=8080, tags=["a", "b"],
    check=consul.Check.ttl("30s"),
)
client.agent.check.ttl_pass("service:py-web-1", "fine")
for _ in range(100):
    instances = client.health.service("py-web", passing=True, tag="b")[1]
    if instances:
        break
    time.sleep(0.05)
seen["instance"] = [instances[0]["Service"]["Address"], instances[0]["Service"]["Port"]]
seen["services"] = client.catalog.services()[1].get("py-web")
seen["catalog"] = len(client.catalog.service("py-web")[1])
client.agent.service.maintenance("py-web-1", "true", "update")
client.agent.service.deregister("py-web-1")
seen["local"] = "py-web-1" in client.agent.services()
seen["self"] = client.agent.self()["Config"]["NodeName"]
seen["leader"] = client.status.leader() != ""
seen["txn"] = client.txn.put([{"KV": {"Verb": "get", "Key": "py/a"}}])["Results"][0]["KV"]["Key"]
seen["deleted"] = client.kv.delete("py/", recurse=True)
seen["gone"] = client.kv.get("py/", recurse=True)[1]
print(json.dumps(seen))
