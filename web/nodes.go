package web

import (
	"context"
	"time"

	"piaojue/store"
)

// Nodes are the servers that share one database, and who repeats that, as
// operations see them.
type Nodes struct {
	Nodes   []NodeState `json:"nodes" doc:"First the one that leads, then by name."`
	Standby string      `json:"standby" enum:"none,sync,async,missing,unknown" doc:"Whether another database repeats this one: sync, with all that was acknowledged; async, perhaps without the last of it; missing: nothing is acknowledged until it is back; unknown: the server's role may not see it."`
	Lacking []string    `json:"lacking,omitempty" doc:"Votes whose keys the leading server lacks, and does not serve."`
}

// NodeState is one of several servers.
type NodeState struct {
	Name    string     `json:"name"`
	State   string     `json:"state" enum:"leads,well,behind,unable,awaited,silent" doc:"Well: it could take over. Behind: it lacks keys. Unable: it could not take over, see trouble. Awaited: the leader is new and has not heard it yet. Silent: nothing is heard of it."`
	Trouble string     `json:"trouble,omitempty" enum:"keys,older,database,other" doc:"It lacks keys; its database is older than what was signed; it does not reach the database; its log says."`
	Since   *time.Time `json:"since,omitempty" doc:"When it took the lead or came, or since when it is so; of a silent one when it was last heard."`
}

// nodes asks how the servers are; nil if there is only this one.
func (s *Server) nodes(ctx context.Context) *Nodes {
	if s.config.Nodes == nil {
		return nil
	}
	c, err := s.config.DB.Cluster(ctx)
	if err != nil || c == nil { // what this server has heard itself it still knows
		c = &store.Cluster{Standby: store.StandbyUnknown}
	}
	x := s.config.Nodes(c.Nodes)
	if x != nil {
		x.Standby = string(c.Standby)
	}
	return x
}
