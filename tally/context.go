package tally

import "piaojue/group"

// Contexts grow from the root: suite, vote, joint key, closed box (PROTOCOL.md,
// section 3). A proof made in one says nothing in any other.

// VoteContext returns the context of the vote with this manifest hash. The root
// above it absorbs the suite and the generator (attack G3).
func VoteContext(manifest [32]byte) group.Context {
	root := group.NewTranscript("root")
	root.Bytes("suite", []byte("piaojue-v1"))
	root.Element("generator", group.Generator())
	parent := root.Sum()
	t := group.NewTranscript("vote")
	t.Bytes("context", parent[:])
	t.Bytes("manifest", manifest[:])
	return t.Sum()
}

// Context returns the key context under the vote context. It absorbs t and n
// (attack K8) and all commitments, which say what everybody's share must be.
func (k *JointKey) Context(vote group.Context) group.Context {
	t := group.NewTranscript("key")
	t.Bytes("context", vote[:])
	t.Uint("trustees", uint64(k.Trustees()))
	t.Uint("threshold", uint64(k.Threshold))
	t.Element("joint key", k.Y)
	t.List("commitments", len(k.commitments))
	for j := range k.commitments {
		t.Element("commitment", &k.commitments[j])
	}
	return t.Sum()
}

// CloseContext returns the context in which trustees open an aggregate: the key
// context, size and root of the closing checkpoint, and the aggregate itself. A
// share for any other set of ballots does not verify in it (attack K6).
func CloseContext(key group.Context, size uint64, root [32]byte, a *Aggregate) group.Context {
	t := group.NewTranscript("close")
	t.Bytes("context", key[:])
	t.Uint("size", size)
	t.Bytes("root", root[:])
	t.Uint("ballots", uint64(a.count))
	t.List("aggregate", len(a.sums))
	for p := range a.sums {
		t.Element("alpha", &a.sums[p].Alpha)
		t.Element("beta", &a.sums[p].Beta)
	}
	return t.Sum()
}
