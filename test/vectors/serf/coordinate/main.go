// Records how Serf's coordinate client moves: round trips to a few nodes whose coordinates drift, and the estimate after each.
//
//	coordinate OUTPUT_FILE
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/serf/coordinate"
)

type step struct {
	Node  string
	Other *coordinate.Coordinate
	RttNs int64
	After *coordinate.Coordinate
}

func main() {
	client, err := coordinate.NewClient(coordinate.DefaultConfig())
	if err != nil {
		panic(err)
	}
	seed := uint32(1)
	next := func() float64 { // 0 to 1, Numerical Recipes' generator
		seed = seed*1664525 + 1013904223
		return float64(seed) / (1 << 32)
	}
	var steps []step
	for i := 0; i < 120; i++ {
		other := coordinate.NewCoordinate(coordinate.DefaultConfig())
		for d := range other.Vec {
			other.Vec[d] = 0.02 + 0.1*next()
		}
		other.Error = 0.1 + next()
		other.Adjustment = 0.001 * (next() - 0.5)
		other.Height = 0.0001 + 0.001*next()
		rtt := time.Duration(next() * float64(200*time.Millisecond))
		name := fmt.Sprintf("node-%d", i%7)
		if i%40 == 39 {
			client.ForgetNode(name)
		}
		after, err := client.Update(name, other, rtt)
		if err != nil {
			panic(err)
		}
		steps = append(steps, step{name, other, rtt.Nanoseconds(), after})
	}
	b, _ := json.Marshal(steps)
	if err := os.WriteFile(os.Args[1], append(b, '\n'), 0644); err != nil {
		panic(err)
	}
}
