// Runs Prometheus's own Consul discovery with the configuration file it is given, and prints each set of targets that it finds
// as one JSON line: a list of label sets. (Debian builds Prometheus without this discovery.)
package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/discovery/consul"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"gopkg.in/yaml.v2"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	config := consul.DefaultSDConfig
	check(yaml.UnmarshalStrict(text, &config))
	registry := prometheus.NewRegistry()
	metrics := config.NewDiscovererMetrics(registry, discovery.NewRefreshMetrics(registry))
	discoverer, err := consul.NewDiscovery(&config, slog.New(slog.NewTextHandler(os.Stderr, nil)), metrics)
	check(err)
	groups := make(chan []*targetgroup.Group)
	go discoverer.Run(context.Background(), groups)
	print := json.NewEncoder(os.Stdout)
	for list := range groups {
		targets := []model.LabelSet{}
		for _, group := range list {
			for _, target := range group.Targets {
				targets = append(targets, group.Labels.Merge(target))
			}
		}
		check(print.Encode(targets))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
