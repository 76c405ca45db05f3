package main

import "slices"

// transact runs a transaction: all of its operations or none, each seeing the work of those before it.
func (s *state) transact(ops []Op, out *Output) bool {
	after := *s
	var failed []int
	var written []int
	for position, op := range ops {
		at, ok := after.transactOne(op)
		if !ok {
			failed = append(failed, position)
		} else if isKeyWrite(op.Kind) {
			written = append(written, at)
		}
	}
	if len(failed) > 0 {
		return out == nil || (!out.OK && slices.Equal(out.Failed, failed))
	}
	if out == nil {
		*s = after
		return true
	}
	if !out.OK {
		return false
	}
	legal := after.told(ops, out.Results, written, *s)
	*s = after
	return legal
}

// transactOne applies one operation; a check or a read changes nothing.
func (s *state) transactOne(op Op) (int, bool) {
	at := slot(op.Key)
	c := s.cells[at]
	switch op.Kind {
	case "get":
		return at, c.present
	case "check-not-exists":
		return at, !c.present
	case "check-index":
		return at, c.present && c.matches(op.Index)
	case "check-session":
		return at, c.present && c.session == op.Session
	}
	return s.write(op)
}

func isKeyWrite(kind string) bool {
	return kind == "set" || kind == "cas" || kind == "lock" || kind == "unlock"
}

// told compares the results of a committed transaction, which come in the order of its operations; deletions and
// check-not-exists have none. What it wrote has one index.
func (s *state) told(ops []Op, results []Result, written []int, before state) bool {
	replay := before
	highest := before.highest
	next := 0
	for _, op := range ops {
		// What the transaction writes has one index, above those that were known before it began.
		replay.highest = before.highest
		at, _ := replay.transactOne(op)
		if op.Kind == "delete" || op.Kind == "delete-cas" || op.Kind == "check-not-exists" {
			continue
		}
		if next >= len(results) || results[next].Key != op.Key {
			return false
		}
		result := results[next]
		next++
		c := &replay.cells[at]
		if result.HasValue && c.value != result.Entry.Value {
			return false
		}
		if !replay.agrees(c, result.Entry) {
			return false
		}
		highest = max(highest, replay.highest)
	}
	replay.highest = highest
	if next != len(results) {
		return false
	}
	*s = replay
	return s.haveOneIndex(written)
}

func (s *state) haveOneIndex(written []int) bool {
	var index int64
	for _, at := range written {
		c := s.cells[at]
		if !c.present || c.index == 0 {
			continue
		}
		if index != 0 && c.index != index {
			return false
		}
		index = c.index
	}
	return true
}
