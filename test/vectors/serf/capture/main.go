// Captures what a real serf agent sends: joins three or four of them as a plain memberlist node and writes down every payload
// that memberlist hands to its delegates.
//
//	capture SERF_PROGRAM VERSION OUTPUT_FILE
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/go-msgpack/v2/codec"
	"github.com/hashicorp/memberlist"
)

type rec struct {
	Kind string `json:"kind"`
	Hex  string `json:"hex"`
}

var mu sync.Mutex
var out []rec
var seen = map[string]int{}

func add(kind string, b []byte) {
	mu.Lock()
	defer mu.Unlock()
	if seen[kind] >= 3 {
		return
	}
	h := hex.EncodeToString(b)
	for _, r := range out {
		if r.Hex == h {
			return
		}
	}
	seen[kind]++
	out = append(out, rec{kind, h})
}

type del struct{ meta []byte }

func (d *del) NodeMeta(limit int) []byte { return d.meta }
func (d *del) NotifyMsg(b []byte) {
	if len(b) > 0 && !bytes.Contains(b, []byte("\xaaSourceNode\xa7capture")) {
		add("message-"+strconv.Itoa(int(b[0])), b)
		if b[0] == 5 { // response
			var m map[string]any
			dec := codec.NewDecoder(bytes.NewReader(b[1:]), &codec.MsgpackHandle{})
			if dec.Decode(&m) == nil {
				if p, ok := m["Payload"].([]byte); ok && len(p) > 0 {
					add("payload-"+strconv.Itoa(int(p[0])), p)
				}
			}
		}
	}
}
func (d *del) GetBroadcasts(o, l int) [][]byte        { return nil }
func (d *del) LocalState(join bool) []byte            { return nil }
func (d *del) MergeRemoteState(b []byte, join bool)   { add("push-pull", b) }
func (d *del) NotifyJoin(n *memberlist.Node)          { add("meta", n.Meta) }
func (d *del) NotifyLeave(n *memberlist.Node)         {}
func (d *del) NotifyUpdate(n *memberlist.Node)        { add("meta", n.Meta) }
func (d *del) AckPayload() []byte                     { return nil }
func (d *del) NotifyPingComplete(o *memberlist.Node, rtt time.Duration, p []byte) { add("ack-payload", p) }

type query struct {
	LTime       uint64
	ID          uint32
	Addr        []byte
	Port        uint16
	SourceNode  string
	Filters     [][]byte
	Flags       uint32
	RelayFactor uint8
	Timeout     time.Duration
	Name        string
	Payload     []byte
}

func enc(t byte, v any) []byte {
	var b bytes.Buffer
	b.WriteByte(t)
	if err := codec.NewEncoder(&b, &codec.MsgpackHandle{}).Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func main() {
	serf, ver := os.Args[1], os.Args[2]
	scratch, err := os.MkdirTemp("", "serf-capture-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(scratch)
	key := base64.StdEncoding.EncodeToString([]byte("0123456789abcdef"))
	key2 := base64.StdEncoding.EncodeToString([]byte("fedcba9876543210"))
	var procs []*exec.Cmd
	agent := func(i int) {
		dir := filepath.Join(scratch, fmt.Sprintf("%d", i))
		os.MkdirAll(dir, 0755)
		os.WriteFile(dir+"/keyring", []byte(`["`+key+`"]`), 0600)
		args := []string{"agent", "-node", fmt.Sprintf("real-%d", i), "-bind", fmt.Sprintf("127.0.0.1:%d", 27100+i), "-rpc-addr", fmt.Sprintf("127.0.0.1:%d", 27200+i),
			"-keyring-file", dir + "/keyring", "-tag", "role=web", "-tag", fmt.Sprintf("n=%d", i), "-event-handler", "query:load=echo 1.5", "-profile", "local", "-snapshot", dir + "/snapshot"}
		if i > 0 {
			args = append(args, "-join", "127.0.0.1:27100")
		}
		c := exec.Command(serf, args...)
		f, _ := os.Create(dir + "/log")
		c.Stdout, c.Stderr = f, f
		if err := c.Start(); err != nil {
			panic(err)
		}
		procs = append(procs, c)
	}
	cli := func(i int, args ...string) {
		a := append([]string{args[0], "-rpc-addr", fmt.Sprintf("127.0.0.1:%d", 27200+i)}, args[1:]...)
		o, err := exec.Command(serf, a...).CombinedOutput()
		fmt.Fprintln(os.Stderr, args, string(o), err)
	}
	for i := 0; i < 3; i++ {
		agent(i)
		time.Sleep(700 * time.Millisecond)
	}
	conf := memberlist.DefaultLocalConfig()
	conf.Name = "capture"
	conf.BindAddr, conf.BindPort, conf.AdvertisePort = "127.0.0.1", 27150, 27150
	conf.SecretKey = []byte("0123456789abcdef")
	d := &del{meta: enc(255, map[string]string{"role": "capture"})}
	conf.Delegate, conf.Events, conf.Ping = d, d, d
	conf.DelegateProtocolVersion, conf.DelegateProtocolMin, conf.DelegateProtocolMax = 5, 2, 5
	conf.LogOutput = log.Writer()
	m, err := memberlist.Create(conf)
	if err != nil {
		panic(err)
	}
	if _, err := m.Join([]string{"127.0.0.1:27100"}); err != nil {
		panic(err)
	}
	time.Sleep(2 * time.Second)
	agent(3)
	time.Sleep(1500 * time.Millisecond)
	cli(0, "event", "deploy", "v1.2.3")
	cli(1, "event", "-coalesce=false", "restart", "")
	cli(0, "query", "-timeout", "2s", "-relay-factor", "1", "-node", "real-1", "-node", "real-2", "-tag", "role=w.*", "load", "now")
	cli(0, "query", "-timeout", "1s", "-no-ack", "uptime")
	cli(1, "tags", "-set", "zone=b", "-set", "long=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	send := func(name string, payload []byte, lt uint64, flags uint32, relay uint8) {
		q := query{lt, uint32(lt * 77777), []byte{127, 0, 0, 1}, 27150, "capture", nil, flags, relay, 3 * time.Second, name, payload}
		for _, n := range m.Members() {
			if n.Name != "capture" {
				m.SendReliable(n, enc(4, &q))
			}
		}
		time.Sleep(800 * time.Millisecond)
	}
	send("load", []byte("x"), 50, 1, 2)
	send("_serf_conflict", []byte("real-2"), 51, 0, 0)
	send("_serf_conflict", []byte("nobody"), 52, 0, 0)
	kr := func(k string) []byte { b, _ := base64.StdEncoding.DecodeString(k); return enc(7, map[string][]byte{"Key": b}) }
	send("_serf_list-keys", nil, 53, 0, 0)
	send("_serf_install-key", kr(key2), 54, 0, 0)
	send("_serf_remove-key", kr(key), 55, 0, 0)
	cli(0, "keys", "-list")
	cli(2, "leave")
	time.Sleep(2 * time.Second)
	procs[1].Process.Kill()
	time.Sleep(6 * time.Second)
	cli(0, "force-leave", "real-1")
	time.Sleep(2 * time.Second)
	if _, err := m.Join([]string{"127.0.0.1:27100"}); err != nil {
		panic(err)
	}
	cli(0, "info")
	cli(0, "members")
	time.Sleep(2 * time.Second)
	m.Leave(time.Second)
	procs[0].Process.Signal(os.Interrupt)
	time.Sleep(2 * time.Second)
	for _, p := range procs {
		p.Process.Kill()
		p.Wait()
	}
	b, _ := json.MarshalIndent(map[string]any{"program": "serf " + ver, "records": out}, "", "  ")
	os.WriteFile(os.Args[3], append(b, '\n'), 0644)
}
