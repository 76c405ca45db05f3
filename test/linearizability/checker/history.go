package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sort"

	"github.com/anishathalye/porcupine"
)

// Entry is a key as a reader sees it. Index 0 stands for "not told".
type Entry struct {
	Value   string `json:"value"`
	Session string `json:"session"`
	Lock    int64  `json:"lock"`
	Index   int64  `json:"index"`
}

// Op is what a client asked for. Inside a transaction Kind is the verb.
type Op struct {
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Value    string `json:"value"`
	Index    int64  `json:"index"`
	Session  string `json:"session"`
	Behavior string `json:"behavior"`
	Ops      []Op   `json:"ops"`
}

// Result is what one operation of a committed transaction told of a key.
type Result struct {
	Key string `json:"key"`
	// HasValue is false for operations that answer without it.
	HasValue bool  `json:"hasValue"`
	Entry    Entry `json:"entry"`
}

// Output is what the client was told. Which fields count depends on the operation.
type Output struct {
	OK bool `json:"ok"`
	// NoSession marks a lock that was refused because its session does not live.
	NoSession bool             `json:"noSession"`
	Entry     *Entry           `json:"entry"`
	Entries   map[string]Entry `json:"entries"`
	Results   []Result         `json:"results"`
	// Failed holds the positions of the operations that a refused transaction named.
	Failed []int `json:"failed"`
}

// Record is one line of a history. Times are microseconds of one clock.
type Record struct {
	Client int    `json:"client"`
	Group  string `json:"group"`
	Call   int64  `json:"call"`
	// Return is null when nobody knows how the operation ended: it may take effect at any later time, or never.
	Return *int64  `json:"return"`
	Op     Op      `json:"op"`
	Out    *Output `json:"out"`
}

// readHistory groups the operations: groups share no keys, so each is checked by itself.
func readHistory(from io.Reader) (map[string][]porcupine.Operation, error) {
	groups := map[string][]porcupine.Operation{}
	var last int64
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 1<<20), 1<<24)
	var records []Record
	for lines.Scan() {
		var record Record
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(records)+1, err)
		}
		last = max(last, record.Call)
		if record.Return != nil {
			last = max(last, *record.Return)
		}
		records = append(records, record)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	for _, record := range records {
		operation := porcupine.Operation{ClientId: record.Client, Input: record.Op, Call: record.Call, Return: last + 1}
		if record.Return != nil && record.Out != nil {
			operation.Return = *record.Return
			operation.Output = *record.Out
		}
		groups[record.Group] = append(groups[record.Group], operation)
	}
	return groups, nil
}

func sortedNames(groups map[string][]porcupine.Operation) []string {
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
