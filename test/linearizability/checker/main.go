// Checks histories of a datacenter's KV store for linearizability.
//
//	checker FILE...     one line for each file; exit code 1 when one is not linearizable
//
// A history is a file of JSON lines (history.go). Of a violation FILE.html shows where it is.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

// groupLimit bounds the search: a group has a few hundred operations, which takes milliseconds. Running into the limit
// is a failure, since nothing was proved then.
const groupLimit = 60 * time.Second

func main() {
	code := 0
	for _, file := range os.Args[1:] {
		if err := check(file); err != nil {
			fmt.Printf("%s: %v\n", file, err)
			code = 1
		}
	}
	os.Exit(code)
}

func check(file string) error {
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	groups, err := readHistory(from)
	if err != nil {
		return err
	}
	total := 0
	for _, name := range sortedNames(groups) {
		result, info := porcupine.CheckOperationsVerbose(model, groups[name], groupLimit)
		total += len(groups[name])
		if result == porcupine.Ok {
			continue
		}
		if err := porcupine.VisualizePath(model, info, file+".html"); err != nil {
			return err
		}
		if result == porcupine.Unknown {
			return fmt.Errorf("group %s was not decided within %v", name, groupLimit)
		}
		return fmt.Errorf("group %s is NOT linearizable; see %s.html", name, file)
	}
	fmt.Printf("%s: linearizable (%d operations in %d groups)\n", file, total, len(groups))
	return nil
}
