package main

import (
	"errors"
	"fmt"
	"time"

	"piaojue/node"
	"piaojue/web"
)

// why says what kind of fault keeps a node from leading, for the others.
func why(err error) error {
	switch {
	case errors.Is(err, web.ErrStale):
		return fmt.Errorf("%w: %w", node.ErrOlder, err)
	case errors.Is(err, web.ErrKeys):
		return fmt.Errorf("%w: %w", node.ErrKeys, err)
	}
	return err
}

// nodes says how the servers are, to the page of operations.
func (l *leader) nodes(all []string) *web.Nodes {
	s := l.node.State(all)
	if s == nil {
		return nil // it leads no more: whoever follows says the rest
	}
	x := &web.Nodes{Lacking: s.Lacking, Nodes: []web.NodeState{{Name: s.Name, State: "leads", Since: moment(s.Since)}}}
	for _, p := range s.Peers {
		x.Nodes = append(x.Nodes, web.NodeState{Name: p.Name, State: p.Condition, Trouble: p.Trouble, Since: moment(p.Since)})
	}
	return x
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
