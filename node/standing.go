package node

// Standing is how a node stands among the others.
type Standing struct {
	Leads     bool
	Reaches   bool   // it leads, or a leader answers it
	Epoch     uint64 // of the lead it knows
	Followers int    // of the leader's; 0 on a follower, which does not know
}

// Standing returns how the node stands now.
func (n *Node) Standing() Standing {
	s := n.serving()
	if s == nil {
		return Standing{Epoch: n.leading.Load().Epoch, Reaches: n.reaches()}
	}
	x := Standing{Leads: true, Reaches: true, Epoch: s.lease.Epoch}
	if files, err := n.keys.list(); err == nil {
		x.Followers, _, _ = n.spread.followers(tag(files))
	}
	return x
}
