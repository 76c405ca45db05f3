package main

import (
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"
)

// Each history is of one group. Lines with an equal call time are concurrent.
var histories = []struct {
	name  string
	legal bool
	lines string
}{
	{"a read after a write sees it", true, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}`},
	{"a stale read", false, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"set","key":"a","value":"2"},"out":{"ok":true}}
{"call":5,"return":6,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}`},
	{"a lost acknowledged write", false, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":null}}`},
	{"a write of unknown outcome may be seen late, or never", true, `
{"call":1,"return":null,"op":{"kind":"set","key":"a","value":"1"}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":null}}
{"call":5,"return":6,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}`},
	{"but not come and go", false, `
{"call":1,"return":null,"op":{"kind":"set","key":"a","value":"1"}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}
{"call":5,"return":6,"op":{"kind":"get","key":"a"},"out":{"entry":null}}`},
	{"a write applied twice", false, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"set","key":"a","value":"2"},"out":{"ok":true}}
{"call":5,"return":6,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"2","index":11}}}
{"call":7,"return":8,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":12}}}`},
	{"an index that moved without a write", false, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}
{"call":5,"return":6,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":11}}}`},
	{"a later write with a lower index", false, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}
{"call":5,"return":6,"op":{"kind":"set","key":"b","value":"2"},"out":{"ok":true}}
{"call":7,"return":8,"op":{"kind":"get","key":"b"},"out":{"entry":{"value":"2","index":9}}}`},
	{"check-and-set with the index that was read", true, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}
{"call":5,"return":6,"op":{"kind":"cas","key":"a","value":"2","index":10},"out":{"ok":true}}
{"call":7,"return":8,"op":{"kind":"cas","key":"a","value":"3","index":10},"out":{"ok":false}}`},
	{"two check-and-sets of one index both pass", false, `
{"call":1,"return":2,"op":{"kind":"set","key":"a","value":"1"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}
{"call":5,"return":6,"op":{"kind":"cas","key":"a","value":"2","index":10},"out":{"ok":true}}
{"call":5,"return":6,"op":{"kind":"cas","key":"a","value":"3","index":10},"out":{"ok":true}}`},
	{"a lock keeps the second out, and is free again when its session ends", true, `
{"call":1,"return":2,"op":{"kind":"session-create","session":"s","behavior":"release"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"session-create","session":"t","behavior":"delete"},"out":{"ok":true}}
{"call":5,"return":6,"op":{"kind":"lock","key":"a","value":"1","session":"s"},"out":{"ok":true}}
{"call":7,"return":8,"op":{"kind":"lock","key":"a","value":"2","session":"t"},"out":{"ok":false}}
{"call":9,"return":10,"op":{"kind":"session-destroy","session":"s"},"out":{"ok":true}}
{"call":11,"return":12,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","lock":1,"index":10}}}
{"call":13,"return":14,"op":{"kind":"lock","key":"a","value":"3","session":"t"},"out":{"ok":true}}
{"call":15,"return":16,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"3","session":"t","lock":2,"index":11}}}
{"call":17,"return":18,"op":{"kind":"session-destroy","session":"t"},"out":{"ok":true}}
{"call":19,"return":20,"op":{"kind":"get","key":"a"},"out":{"entry":null}}
{"call":21,"return":22,"op":{"kind":"lock","key":"a","value":"4","session":"t"},"out":{"noSession":true}}`},
	{"two hold one lock", false, `
{"call":1,"return":2,"op":{"kind":"session-create","session":"s","behavior":"release"},"out":{"ok":true}}
{"call":3,"return":4,"op":{"kind":"session-create","session":"t","behavior":"release"},"out":{"ok":true}}
{"call":5,"return":6,"op":{"kind":"lock","key":"a","value":"1","session":"s"},"out":{"ok":true}}
{"call":5,"return":6,"op":{"kind":"lock","key":"a","value":"2","session":"t"},"out":{"ok":true}}`},
	{"a transaction is seen whole", true, `
{"call":1,"return":2,"op":{"kind":"txn","ops":[{"kind":"set","key":"a","value":"1"},{"kind":"set","key":"b","value":"2"},{"kind":"get","key":"a"}]},
 "out":{"ok":true,"results":[{"key":"a","entry":{"index":10}},{"key":"b","entry":{"index":10}},{"key":"a","hasValue":true,"entry":{"value":"1","index":10}}]}}
{"call":3,"return":4,"op":{"kind":"list"},"out":{"entries":{"a":{"value":"1","index":10},"b":{"value":"2","index":10}}}}`},
	{"a transaction is seen in part", false, `
{"call":1,"return":4,"op":{"kind":"txn","ops":[{"kind":"set","key":"a","value":"1"},{"kind":"set","key":"b","value":"2"}]},
 "out":{"ok":true,"results":[{"key":"a","entry":{"index":10}},{"key":"b","entry":{"index":10}}]}}
{"call":2,"return":3,"op":{"kind":"list"},"out":{"entries":{"a":{"value":"1","index":10}}}}`},
	{"a transaction with two indexes", false, `
{"call":1,"return":4,"op":{"kind":"txn","ops":[{"kind":"set","key":"a","value":"1"},{"kind":"set","key":"b","value":"2"}]},
 "out":{"ok":true,"results":[{"key":"a","entry":{"index":10}},{"key":"b","entry":{"index":11}}]}}`},
	{"a refused transaction changes nothing and names what failed", true, `
{"call":1,"return":2,"op":{"kind":"txn","ops":[{"kind":"set","key":"a","value":"1"},{"kind":"check-not-exists","key":"a"}]},"out":{"ok":false,"failed":[1]}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":null}}`},
	{"a refused transaction that changed something", false, `
{"call":1,"return":2,"op":{"kind":"txn","ops":[{"kind":"set","key":"a","value":"1"},{"kind":"check-not-exists","key":"a"}]},"out":{"ok":false,"failed":[1]}}
{"call":3,"return":4,"op":{"kind":"get","key":"a"},"out":{"entry":{"value":"1","index":10}}}`},
}

func TestHistories(t *testing.T) {
	for _, history := range histories {
		t.Run(history.name, func(t *testing.T) {
			// A line that starts with a space continues the one before it.
			text := strings.ReplaceAll(strings.TrimSpace(history.lines), "\n ", " ")
			groups, err := readHistory(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if legal := porcupine.CheckOperations(model, groups[""]); legal != history.legal {
				t.Errorf("linearizable: %v, want %v", legal, history.legal)
			}
		})
	}
}
