import com.ecwid.consul.v1.ConsulClient;
import com.ecwid.consul.v1.QueryParams;
import com.ecwid.consul.v1.agent.model.NewService;
import com.ecwid.consul.v1.catalog.CatalogServicesRequest;
import com.ecwid.consul.v1.health.HealthServicesRequest;
import com.ecwid.consul.v1.kv.model.PutParams;
import com.ecwid.consul.v1.session.model.NewSession;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Spring Cloud Consul does with its client: configuration from keys, registration, discovery, a leader's lock. */
class EcwidClient {
  public static void main(String[] args) throws Exception {
    ConsulClient consul = new ConsulClient("127.0.0.1", Integer.parseInt(args[0]));
    Map<String, Object> seen = new LinkedHashMap<>();
    configuration(consul, seen);
    discovery(consul, seen);
    leadership(consul, seen);
    System.out.println(new GsonBuilder().serializeNulls().create().toJson(seen));
  }

  /** As ConsulPropertySource and ConfigWatch read it: a tree, and a blocking read that a change ends. */
  static void configuration(ConsulClient consul, Map<String, Object> seen) throws Exception {
    consul.setKVValue("config/application/greeting", "hello");
    consul.setKVBinaryValue("config/application/bytes", new byte[] {0, (byte) 255});
    var tree = consul.getKVValues("config/application/");
    seen.put("tree", tree.getValue().stream().map(v -> v.getKey()).toList());
    seen.put("value", consul.getKVValue("config/application/greeting").getValue().getDecodedValue());
    seen.put("bytes", consul.getKVBinaryValue("config/application/bytes").getValue().getValue().length);
    Thread writer = new Thread(() -> {
      try {
        Thread.sleep(300);
        consul.setKVValue("config/application/greeting", "changed");
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    writer.start();
    var changed = consul.getKVValues("config/application/", new QueryParams(10, tree.getConsulIndex()));
    writer.join();
    seen.put("index moved", changed.getConsulIndex() > tree.getConsulIndex());
    seen.put("changed", changed.getValue().get(1).getDecodedValue());
    seen.put("absent", consul.getKVValue("config/none").getValue());
    consul.deleteKVValues("config/");
    seen.put("deleted", consul.getKVKeysOnly("config/").getValue());
  }

  /** As ConsulServiceRegistry and ConsulDiscoveryClient do it, with a TTL check that is kept alive. */
  static void discovery(ConsulClient consul, Map<String, Object> seen) {
    NewService service = new NewService();
    service.setId("orders-1");
    service.setName("orders");
    service.setAddress("10.0.0.7");
    service.setPort(8080);
    service.setTags(List.of("secure=false", "v1"));
    service.setMeta(Map.of("zone", "eu"));
    NewService.Check check = new NewService.Check();
    check.setTtl("30s");
    check.setDeregisterCriticalServiceAfter("2m");
    service.setCheck(check);
    consul.agentServiceRegister(service);
    seen.put("before the heartbeat", healthy(consul).size());
    consul.agentCheckPass("service:orders-1");
    var found = healthy(consul).get(0);
    seen.put("instance", List.of(found.getService().getId(), found.getService().getAddress(),
        found.getService().getPort(), found.getService().getMeta().get("zone"), found.getNode().getNode()));
    seen.put("services", consul.getCatalogServices(CatalogServicesRequest.newBuilder().build())
        .getValue().keySet().stream().sorted().toList());
    seen.put("local", consul.getAgentServices().getValue().get("orders-1").getPort());
    consul.agentServiceSetMaintenance("orders-1", true, "upgrade");
    seen.put("in maintenance", healthy(consul).size());
    consul.agentServiceDeregister("orders-1");
    seen.put("deregistered", consul.getAgentServices().getValue().size());
  }

  static List<com.ecwid.consul.v1.health.model.HealthService> healthy(ConsulClient consul) {
    HealthServicesRequest request = HealthServicesRequest.newBuilder()
        .setPassing(true).setTag("v1").setQueryParams(QueryParams.DEFAULT).build();
    return consul.getHealthServices("orders", request).getValue();
  }

  static void leadership(ConsulClient consul, Map<String, Object> seen) {
    NewSession wanted = new NewSession();
    wanted.setName("leader");
    wanted.setTtl("30s");
    wanted.setLockDelay(0);
    String session = consul.sessionCreate(wanted, QueryParams.DEFAULT).getValue();
    PutParams acquire = new PutParams();
    acquire.setAcquireSession(session);
    seen.put("acquired", consul.setKVValue("lock/leader", "me", acquire).getValue());
    seen.put("held", session.equals(consul.getKVValue("lock/leader").getValue().getSession()));
    seen.put("renewed", session.equals(consul.renewSession(session, QueryParams.DEFAULT).getValue().getId()));
    consul.sessionDestroy(session, QueryParams.DEFAULT);
    seen.put("released", consul.getKVValue("lock/leader").getValue().getSession());
    seen.put("leader", !consul.getStatusLeader().getValue().isEmpty());
    seen.put("node", consul.getAgentSelf().getValue().getConfig().getNodeName());
  }
}
