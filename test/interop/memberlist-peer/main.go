// A member of a pool, on hashicorp/memberlist, driven by lines on its standard input. What happens to it is told on the standard
// output, one JSON object a line.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

var outputLock sync.Mutex

func tell(what string, fields map[string]any) {
	fields["event"] = what
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	outputLock.Lock()
	defer outputLock.Unlock()
	fmt.Println(string(line))
}

func describe(n *memberlist.Node) map[string]any {
	return map[string]any{
		"name": n.Name, "addr": n.Addr.String(), "port": n.Port, "meta": string(n.Meta),
		"vsn": []int{int(n.PMin), int(n.PMax), int(n.PCur), int(n.DMin), int(n.DMax), int(n.DCur)},
	}
}

type delegate struct {
	lock  sync.Mutex
	meta  []byte
	state []byte
	queue [][]byte
}

func (d *delegate) NodeMeta(limit int) []byte {
	d.lock.Lock()
	defer d.lock.Unlock()
	return d.meta
}
func (d *delegate) NotifyMsg(b []byte) { tell("message", map[string]any{"text": string(b)}) }
func (d *delegate) GetBroadcasts(overhead, limit int) [][]byte {
	d.lock.Lock()
	defer d.lock.Unlock()
	sent := d.queue
	d.queue = nil
	return sent
}
func (d *delegate) LocalState(join bool) []byte { return d.state }
func (d *delegate) MergeRemoteState(b []byte, join bool) {
	tell("state", map[string]any{"text": string(b), "join": join})
}
func (d *delegate) NotifyJoin(n *memberlist.Node)   { tell("join", describe(n)) }
func (d *delegate) NotifyLeave(n *memberlist.Node)  { tell("leave", describe(n)) }
func (d *delegate) NotifyUpdate(n *memberlist.Node) { tell("update", describe(n)) }
func (d *delegate) NotifyConflict(existing, other *memberlist.Node) {
	tell("conflict", describe(other))
}
func (d *delegate) AckPayload() []byte { return []byte("payload of go") }
func (d *delegate) NotifyPingComplete(n *memberlist.Node, rtt time.Duration, payload []byte) {
	tell("pinged", map[string]any{"name": n.Name, "text": string(payload)})
}

func main() {
	name := flag.String("name", "go", "")
	bind := flag.String("bind", "127.0.0.1", "")
	port := flag.Int("port", 0, "")
	advertise := flag.String("advertise-addr", "", "with the port of -port")
	key := flag.String("key", "", "base64")
	label := flag.String("label", "", "")
	compress := flag.Bool("compress", true, "")
	protocol := flag.Int("protocol", 2, "")
	state := flag.String("state", "state of go", "")
	pushPull := flag.Duration("push-pull", 2*time.Second, "")
	flag.Parse()

	d := &delegate{meta: []byte("meta of go"), state: []byte(*state)}
	c := memberlist.DefaultLocalConfig()
	c.Name, c.BindAddr, c.BindPort, c.Label = *name, *bind, *port, *label
	c.AdvertiseAddr, c.AdvertisePort = *advertise, *port
	c.EnableCompression, c.ProtocolVersion = *compress, uint8(*protocol)
	c.ProbeInterval, c.ProbeTimeout, c.PushPullInterval = 200*time.Millisecond, 100*time.Millisecond, *pushPull
	c.IndirectChecks = 3
	c.Delegate, c.Events, c.Conflict, c.Ping = d, d, d, d
	c.LogOutput = os.Stderr
	if *key != "" {
		secret, err := base64.StdEncoding.DecodeString(*key)
		if err != nil {
			panic(err)
		}
		c.SecretKey = secret
	}
	list, err := memberlist.Create(c)
	if err != nil {
		tell("failed", map[string]any{"text": err.Error()})
		os.Exit(1)
	}
	tell("ready", describe(list.LocalNode()))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		command, argument, _ := strings.Cut(lines.Text(), " ")
		result, err := run(list, c, d, command, argument)
		answer := map[string]any{"command": command, "result": result}
		if err != nil {
			answer["error"] = err.Error()
		}
		tell("answer", answer)
	}
	if err := lines.Err(); err != nil && err != io.EOF {
		panic(err)
	}
	list.Shutdown()
}

func run(list *memberlist.Memberlist, c *memberlist.Config, d *delegate, command, argument string) (any, error) {
	switch command {
	case "join":
		return list.Join(strings.Fields(argument))
	case "leave":
		return nil, list.Leave(5 * time.Second)
	case "meta":
		d.lock.Lock()
		d.meta = []byte(argument)
		d.lock.Unlock()
		return nil, list.UpdateNode(5 * time.Second)
	case "members":
		var names []string
		for _, n := range list.Members() {
			names = append(names, n.Name)
		}
		sort.Strings(names)
		return names, nil
	case "best-effort", "reliable":
		to, text, _ := strings.Cut(argument, " ")
		for _, n := range list.Members() {
			if n.Name != to {
				continue
			}
			if command == "reliable" {
				return nil, list.SendReliable(n, []byte(text))
			}
			return nil, list.SendBestEffort(n, []byte(text))
		}
		return nil, fmt.Errorf("no member %s", to)
	case "gossip":
		d.lock.Lock()
		d.queue = append(d.queue, []byte(argument))
		d.lock.Unlock()
		return nil, nil
	case "ping":
		to, address, _ := strings.Cut(argument, " ")
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			return nil, err
		}
		_, err = list.Ping(to, &net.UDPAddr{IP: net.ParseIP(host), Port: number})
		return nil, err
	case "install-key", "use-key", "remove-key":
		secret, err := base64.StdEncoding.DecodeString(argument)
		if err != nil {
			return nil, err
		}
		switch command {
		case "install-key":
			return nil, c.Keyring.AddKey(secret)
		case "use-key":
			return nil, c.Keyring.UseKey(secret)
		default:
			return nil, c.Keyring.RemoveKey(secret)
		}
	case "health":
		return list.GetHealthScore(), nil
	}
	return nil, fmt.Errorf("unknown command %s", command)
}
