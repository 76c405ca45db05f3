package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// keyCount is how many keys a group has: "a", "b" and so on.
const keyCount = 4

// cell is one key. Its index is learned from the first answer that tells it; until then floor bounds it from below.
type cell struct {
	present bool
	value   string
	session string
	lock    int64
	index   int64
	floor   int64
}

// state is comparable on purpose: porcupine then compares and copies it as a plain value.
type state struct {
	cells [keyCount]cell
	// sessions that live, "id=behavior" in order, joined by spaces.
	sessions string
	// highest index that any answer has told: what is written later has a higher one.
	highest int64
}

var model = porcupine.Model{
	Init: func() interface{} { return state{} },
	Step: func(before, input, output interface{}) (bool, interface{}) {
		s := before.(state)
		var out *Output
		if told, ok := output.(Output); ok {
			out = &told
		}
		legal := s.step(input.(Op), out)
		return legal, s
	},
	DescribeOperation: func(input, output interface{}) string { return fmt.Sprintf("%+v -> %+v", input, output) },
	DescribeState:     func(s interface{}) string { return fmt.Sprintf("%+v", s) },
}

// step applies op and tells whether out, if it is known, is what the datacenter would have answered.
func (s *state) step(op Op, out *Output) bool {
	switch op.Kind {
	case "get":
		return out == nil || s.sees(slot(op.Key), out.Entry)
	case "list":
		return out == nil || s.seesAll(out.Entries)
	case "session-create":
		s.addSession(op.Session, op.Behavior)
		return true
	case "session-destroy":
		s.destroySession(op.Session)
		return true
	case "delete-tree":
		s.cells = [keyCount]cell{}
		return true
	case "txn":
		return s.transact(op.Ops, out)
	default:
		if op.Kind == "lock" && !s.lives(op.Session) {
			return out == nil || out.NoSession
		}
		_, ok := s.write(op)
		return out == nil || (!out.NoSession && out.OK == ok)
	}
}

// write applies a write of one key. It gives the key's place, and false when the datacenter refuses it.
func (s *state) write(op Op) (int, bool) {
	at := slot(op.Key)
	old := s.cells[at]
	fresh := cell{present: true, value: op.Value, floor: s.highest}
	switch op.Kind {
	case "set":
		fresh.session = old.session
	case "cas":
		if !old.matches(op.Index) {
			return at, false
		}
		fresh.session = old.session
	case "lock":
		if !s.lives(op.Session) || (old.session != "" && old.session != op.Session) {
			return at, false
		}
		fresh.session, fresh.lock = op.Session, old.lock
		if old.session != op.Session {
			fresh.lock++
		}
	case "unlock":
		if !old.present || op.Session == "" || old.session != op.Session {
			return at, false
		}
		fresh.lock = old.lock
	case "delete":
		fresh = cell{}
	case "delete-cas":
		if old.present && !old.matches(op.Index) {
			return at, false
		}
		fresh = cell{}
	default:
		panic("unknown operation " + op.Kind)
	}
	s.cells[at] = fresh
	return at, true
}

// matches tells whether a check-and-set that expects index passes.
//
// A client has its index from an answer, and that answer was linearized before: had nobody written since, the cell would
// know its index. So a cell that does not know it has another one.
func (c cell) matches(index int64) bool {
	if !c.present {
		return index == 0
	}
	return index != 0 && c.index == index
}

func (s *state) sees(at int, entry *Entry) bool {
	c := &s.cells[at]
	if entry == nil || !c.present {
		return entry == nil && !c.present
	}
	return c.value == entry.Value && s.agrees(c, *entry)
}

// agrees compares everything but the value, and learns the index.
func (s *state) agrees(c *cell, entry Entry) bool {
	if !c.present || c.session != entry.Session || c.lock != entry.Lock {
		return false
	}
	if c.index == 0 {
		if entry.Index <= c.floor {
			return false
		}
		c.index = entry.Index
		s.highest = max(s.highest, entry.Index)
	}
	return c.index == entry.Index
}

func (s *state) seesAll(entries map[string]Entry) bool {
	for at := range s.cells {
		var seen *Entry
		if entry, ok := entries[string(rune('a'+at))]; ok {
			seen = &entry
		}
		if !s.sees(at, seen) {
			return false
		}
	}
	return true
}

func slot(key string) int {
	if len(key) != 1 || key[0] < 'a' || key[0] >= 'a'+keyCount {
		panic(fmt.Sprintf("not a key of a group: %q", key))
	}
	return int(key[0] - 'a')
}

func (s *state) lives(id string) bool {
	return slices.ContainsFunc(strings.Fields(s.sessions), func(known string) bool {
		return strings.HasPrefix(known, id+"=")
	})
}

func (s *state) addSession(id, behavior string) {
	known := append(strings.Fields(s.sessions), id+"="+behavior)
	slices.Sort(known)
	s.sessions = strings.Join(known, " ")
}

func (s *state) destroySession(id string) {
	var left []string
	behavior := ""
	for _, known := range strings.Fields(s.sessions) {
		if name, its, _ := strings.Cut(known, "="); name == id {
			behavior = its
		} else {
			left = append(left, known)
		}
	}
	if behavior == "" {
		return
	}
	s.sessions = strings.Join(left, " ")
	for at := range s.cells {
		c := &s.cells[at]
		if !c.present || c.session != id {
			continue
		}
		if behavior == "delete" {
			*c = cell{}
		} else {
			c.session, c.index, c.floor = "", 0, s.highest
		}
	}
}
