package election

import "piaojue/group"

// newVoteContext returns the context of everything that is proved in a vote:
// the suite, its generator, and the whole manifest (attacks G3, B6).
func newVoteContext(manifest [32]byte) group.Context {
	root := group.NewTranscript("root")
	root.Bytes("suite", []byte(Suite))
	root.Element("generator", group.Generator())
	sum := root.Sum()

	t := group.NewTranscript("vote")
	t.Bytes("context", sum[:])
	t.Bytes("manifest", manifest[:])
	return t.Sum()
}
