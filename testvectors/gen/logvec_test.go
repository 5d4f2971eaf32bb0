package gen

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
)

// logFile is about the tree of the main vote and what is signed about it.
type logFile struct {
	Leaves      []bin          `json:"leaves"` // entry hashes
	Roots       []bin          `json:"roots"`  // of every size, from 0
	Inclusion   []proofOf      `json:"inclusion"`
	Consistency []proofOf      `json:"consistency"`
	LogKey      keyVector      `json:"log_key"`
	Witnesses   []keyVector    `json:"witnesses"`
	Checkpoint  string         `json:"checkpoint"`
	Cosignature cosignVector   `json:"cosignature"`
	Policies    []policyVector `json:"policies"`
	BadPolicies []string       `json:"bad_policies"`
	Promise     promiseVector  `json:"promise"`
	Receipt     receiptVector  `json:"receipt"`
}

// proofOf proves that index, or the tree of size old, is in the tree of a size.
type proofOf struct {
	Size  uint64 `json:"size"`
	Index uint64 `json:"index"`
	Proof []bin  `json:"proof"`
}

type keyVector struct {
	Name string `json:"name"`
	Seed bin    `json:"seed"`
	VKey string `json:"vkey"`
}

type cosignVector struct {
	Witness string `json:"witness"`
	Time    uint64 `json:"time"`
	Message bin    `json:"message"`
	Line    string `json:"line"`
}

// policyVector is a policy and for each set of witnesses if it is enough.
type policyVector struct {
	Policy string          `json:"policy"`
	Enough map[string]bool `json:"enough"`
}

type promiseVector struct {
	Manifest  bin    `json:"manifest"`
	Epoch     uint32 `json:"epoch"`
	Entry     bin    `json:"entry"`
	Body      bin    `json:"body"`
	Key       bin    `json:"promise_key"`
	Signature bin    `json:"signature"`
}

type receiptVector struct {
	Index   uint64 `json:"index"`
	Entry   bin    `json:"entry"`
	Receipt string `json:"receipt"`
}

func logVectors(v *vote) logFile {
	f := logFile{LogKey: keyOf("log", must(audit.LogKey(v.manifest.Origin, pk("log")))), Checkpoint: string(v.signed(v.head(v.size())))}
	for _, e := range v.entries {
		h := election.HashEntry(e)
		f.Leaves = append(f.Leaves, h[:])
	}
	for size := range v.size() + 1 {
		root := v.root(size)
		f.Roots = append(f.Roots, root[:])
	}
	f.prove(v)
	for _, name := range witnessNames {
		f.Witnesses = append(f.Witnesses, keyOf(name, must(audit.WitnessKey(name, pk(name)))))
	}
	f.Cosignature = cosignVector{
		Witness: witnessNames[0], Time: v.clock, Message: append([]byte("cosignature/v1\ntime "+itoa(v.clock)+"\n"), v.head(v.size()).Marshal()...),
		Line: string(cosign([]byte(f.Checkpoint), witnessNames[0], key(witnessNames[0]), v.clock)),
	}
	f.Policies, f.BadPolicies = goodPolicies(), badPolicies()
	f.Promise, f.Receipt = promiseOf(v), receiptOf(v)
	return f
}

func keyOf(name string, k *audit.Key) keyVector {
	return keyVector{Name: k.Name(), Seed: key(name).Seed(), VKey: k.String()}
}

// prove proves some entries and some prefixes, the edges among them.
func (f *logFile) prove(v *vote) {
	ctx := context.Background()
	for _, p := range [][2]uint64{{1, 0}, {2, 1}, {8, 7}, {9, 8}, {v.closing, 20}, {v.size(), 0}, {v.size(), v.size() - 1}} {
		f.Inclusion = append(f.Inclusion, proofOf{p[0], p[1], hashes(must(audit.ProveInclusion(ctx, v.memory, p[0], p[1])))})
	}
	for _, p := range [][2]uint64{{1, 1}, {8, 4}, {9, 8}, {v.size(), 1}, {v.size(), v.closing}, {v.size(), v.size()}} {
		f.Consistency = append(f.Consistency, proofOf{p[0], p[1], hashes(must(audit.ProveConsistency(ctx, v.memory, p[0], p[1])))})
	}
}

func hashes(list []tlog.Hash) []bin {
	out := []bin{}
	for _, h := range list {
		out = append(out, h[:])
	}
	return out
}

// ballotIndex is the first ballot of the main vote.
func (v *vote) ballotIndex() uint64 {
	for i, e := range v.entries {
		if election.Kind(e[0]) == election.KindBallot {
			return uint64(i)
		}
	}
	panic("no ballot")
}

func promiseOf(v *vote) promiseVector {
	hash := election.HashEntry(v.entries[v.ballotIndex()])
	p := audit.NewPromise(key("promise"), v.hash, v.epoch, hash)
	check(p.Verify(pk("promise")))
	public := pk("promise")
	return promiseVector{
		Manifest: v.hash[:], Epoch: v.epoch, Entry: hash[:], Body: append([]byte{0, 0, 0, byte(v.epoch)}, hash[:]...),
		Key: public[:], Signature: p.Signature[:],
	}
}

func receiptOf(v *vote) receiptVector {
	index := v.ballotIndex()
	hash := election.HashEntry(v.entries[index])
	r := &audit.Receipt{
		Index: index, Checkpoint: v.signed(v.head(v.closing), "w1", "w2"),
		Proof: must(audit.ProveInclusion(context.Background(), v.memory, v.closing, index)),
	}
	must(r.Verify(hash, must(audit.PolicyOf(v.manifest))))
	return receiptVector{Index: index, Entry: hash[:], Receipt: string(r.Marshal())}
}

// ballotContexts returns the contexts of all ballots of the log.
func (v *vote) ballotContexts() []contextOf {
	var list []contextOf
	for i, raw := range v.entries {
		e := must(election.ParseEntry(raw))
		if e.Kind != election.KindBallot {
			continue
		}
		b := must(v.params.Parse(e.Body))
		context := ballotContext(v.keyContext(), v.credentialOf(b.Key()), b.Ciphertexts())
		seal := b.SealCode()
		list = append(list, contextOf{Entry: uint64(i), Context: context[:], SealCode: seal[:]})
	}
	return list
}

func (v *vote) credentialOf(key [32]byte) *ballot.Credential {
	for _, w := range v.voters {
		if w.credential.Key == key {
			return w.credential
		}
	}
	panic("no such voter")
}
