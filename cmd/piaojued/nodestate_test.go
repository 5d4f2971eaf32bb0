package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"piaojue/node"
	"piaojue/web"
)

// TestWhy: what keeps a node from leading is told by its kind, and stays what it was.
func TestWhy(t *testing.T) {
	for err, want := range map[error]error{
		fmt.Errorf("box: %w", web.ErrKeys):    node.ErrKeys,
		explain(web.ErrStale):                 node.ErrOlder,
		errors.New("the disk cannot be read"): nil,
	} {
		got := why(err)
		if !errors.Is(got, err) || want != nil && !errors.Is(got, want) || want == nil && got != err {
			t.Errorf("%v: got %v", err, got)
		}
	}
}

// operations waits until the page of operations, asked by each node, shows which node
// leads, that so many others could take over, and how the standby is.
func (n *nodes) operations(well int, standby string) {
	n.Helper()
	key, err := os.ReadFile(n.path("demo", "server", "people", "staff.key"))
	must(n, err)
	for _, p := range n.all {
		var said string
		n.until("operations do not see how the nodes are", func() bool {
			var x struct{ Nodes web.Nodes }
			said = n.as(string(key), p.address, "/votes/demo/terminals", &x)
			able := 0
			for _, s := range x.Nodes.Nodes {
				if s.State == node.Well {
					able++
				}
			}
			return able == well && x.Nodes.Standby == standby && x.Nodes.Nodes[0].State == "leads" && len(x.Nodes.Nodes) == len(n.all)
		})
		n.Logf("by node %s operations see %s", p.name, said)
	}
}

// as asks as a person, and returns what is left of the answer that was read into v.
func (n *nodes) as(key, address, path string, v any) string {
	r, err := http.NewRequest("GET", "http://"+address+path, nil)
	must(n, err)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(key))
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		return err.Error()
	}
	text, err := json.Marshal(v)
	must(n, err)
	return string(text)
}

// documented compares what /healthz of each node says with openapi.json.
func (n *nodes) documented() {
	n.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct{ Headers map[string]any }
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	n.as("", n.all[0].address, "/openapi.json", &doc)
	named := doc.Paths["/healthz"]["get"].Responses["200"].Headers
	for _, p := range n.all {
		resp, err := http.Get("http://" + p.address + "/healthz")
		must(n, err)
		var said map[string]any
		must(n, json.NewDecoder(resp.Body).Decode(&said))
		resp.Body.Close()
		schema := "Follower"
		if resp.Header.Get("Piaojue-Role") == "leader" {
			schema = "Health"
			for name := range named {
				if resp.Header.Get(name) == "" {
					n.Errorf("node %s does not say %s", p.name, name)
				}
			}
		}
		for field := range said {
			if doc.Components.Schemas[schema].Properties[field] == nil {
				n.Errorf("node %s says %q in /healthz, which %s does not name", p.name, field, schema)
			}
		}
		for name := range resp.Header {
			if strings.HasPrefix(name, "Piaojue-") && !slices.Contains(keysOf(named), name) {
				n.Errorf("node %s says %s, which is not documented", p.name, name)
			}
		}
	}
}

func keysOf(m map[string]any) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}
