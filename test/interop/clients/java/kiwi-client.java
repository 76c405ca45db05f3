import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.net.HostAndPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.cache.KVCache;
import org.kiwiproject.consul.cache.ServiceHealthCache;
import org.kiwiproject.consul.model.session.ImmutableSession;

/** The successor of Orbitz' consul-client, as Dropwizard services use it: caches that follow the datacenter. */
class KiwiClient {
  /** Its caches poll for ten seconds, and insist on more time than that. */
  private static final long READ_LIMIT_MS = 20_000;

  public static void main(String[] args) throws Exception {
    HostAndPort agent = HostAndPort.fromParts("127.0.0.1", Integer.parseInt(args[0]));
    // Building it pings the agent.
    Consul consul = Consul.builder().withHostAndPort(agent).withReadTimeoutMillis(READ_LIMIT_MS).build();
    Map<String, Object> seen = new LinkedHashMap<>();
    keys(consul, seen);
    services(consul, seen);
    locks(consul, seen);
    seen.put("leader", !consul.statusClient().getLeader().isEmpty());
    seen.put("datacenters", consul.catalogClient().getDatacenters());
    System.out.println(new ObjectMapper().writeValueAsString(seen));
    // Its threads keep the process alive.
    System.exit(0);
  }

  static void keys(Consul consul, Map<String, Object> seen) throws Exception {
    var keys = consul.keyValueClient();
    seen.put("put", keys.putValue("kiwi/a", "one", 7));
    seen.put("flags", keys.getValue("kiwi/a").orElseThrow().getFlags());
    KVCache cache = KVCache.newCache(keys, "kiwi");
    CountDownLatch heard = new CountDownLatch(1);
    cache.addListener(values -> {
      if (values.keySet().stream().anyMatch(key -> key.endsWith("b"))) heard.countDown();
    });
    cache.start();
    cache.awaitInitialized(5, TimeUnit.SECONDS);
    keys.putValue("kiwi/b", "two");
    seen.put("cache heard", heard.await(5, TimeUnit.SECONDS));
    cache.stop();
    seen.put("keys", keys.getKeys("kiwi/"));
    seen.put("absent", keys.getValueAsString("none").isPresent());
    keys.deleteKeys("kiwi");
    seen.put("deleted", keys.getValue("kiwi/a").isPresent());
  }

  static void services(Consul consul, Map<String, Object> seen) throws Exception {
    var agent = consul.agentClient();
    agent.register(8080, 30L, "billing", "billing-1", List.of("v1"), Map.of("zone", "eu"));
    ServiceHealthCache cache = ServiceHealthCache.newCache(consul.healthClient(), "billing");
    CountDownLatch heard = new CountDownLatch(1);
    cache.addListener(instances -> {
      if (!instances.isEmpty()) heard.countDown();
    });
    cache.start();
    cache.awaitInitialized(5, TimeUnit.SECONDS);
    agent.pass("billing-1");
    seen.put("health heard", heard.await(5, TimeUnit.SECONDS));
    cache.stop();
    var found = consul.healthClient().getHealthyServiceInstances("billing").getResponse().get(0);
    seen.put("instance", List.of(found.getService().getId(), found.getService().getPort(),
        found.getService().getMeta().get("zone"), found.getChecks().size()));
    seen.put("registered", agent.isRegistered("billing-1"));
    agent.deregister("billing-1");
    seen.put("deregistered", agent.isRegistered("billing-1"));
  }

  static void locks(Consul consul, Map<String, Object> seen) throws Exception {
    var sessions = consul.sessionClient();
    String session = sessions.createSession(ImmutableSession.builder().name("kiwi").lockDelay("0s").build()).getId();
    var keys = consul.keyValueClient();
    seen.put("acquired", keys.acquireLock("kiwi-lock", "me", session));
    seen.put("held", keys.getSession("kiwi-lock").equals(Optional.of(session)));
    seen.put("released", keys.releaseLock("kiwi-lock", session));
    sessions.destroySession(session);
    seen.put("gone", sessions.getSessionInfo(session).isPresent());
  }
}
