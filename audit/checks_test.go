package audit

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"piaojue/election"
)

// spoilt is a record with one fault. Its positive twin is the same script
// without it, which TestVerify verifies.
type spoilt struct {
	script
	files func(w *writer, f files)
}

// onBody spoils the body of the n-th entry that has this type.
func onBody[B any](n int, change func(w *writer, b B)) spoilt {
	return spoilt{script: script{body: func(w *writer, m int, body any) {
		if b, ok := body.(B); ok && m == n {
			change(w, b)
		}
	}}}
}

// onEntry spoils the n-th entry of a kind after it was signed, or drops it.
func onEntry(k election.Kind, n int, change func(w *writer, e *election.Entry) bool) spoilt {
	return spoilt{script: script{entry: func(w *writer, m int, e *election.Entry) bool {
		return e.Kind != k || m != n || change(w, e)
	}}}
}

// onBallots spoils ballots before they are sorted.
func onBallots(change func(w *writer, ballots [][]byte)) spoilt {
	return spoilt{script: script{box: func(w *writer, ballots, unused [][]byte) ([][]byte, [][]byte) {
		change(w, ballots)
		return ballots, unused
	}}}
}

// F11: for each numbered check there is a record that fails exactly that one.
func TestVerifyChecks(t *testing.T) {
	tests := map[election.CheckID]map[string]spoilt{}
	for _, part := range []map[election.CheckID]map[string]spoilt{
		recordFaults, earlyFaults, issuingFaults, boxFaults, resultFaults, paperFaults, nextFaults, registerFaults,
	} {
		for c, s := range part {
			if tests[c] == nil {
				tests[c] = map[string]spoilt{}
			}
			maps.Copy(tests[c], s)
		}
	}
	for _, c := range election.Checks() {
		if len(tests[c]) == 0 {
			t.Errorf("no record fails %s", c)
		}
		names := slices.Sorted(maps.Keys(tests[c]))
		for i := 0; i < len(names); i += thin {
			t.Run(string(c)+"/"+names[i], func(t *testing.T) { testCheck(t, c, tests[c][names[i]]) })
		}
	}
}

func testCheck(t *testing.T, check election.CheckID, s spoilt) {
	w := newWriter(t, s.script).run()
	f := w.export()
	if s.files != nil {
		s.files(w, f)
	}
	want := w.hash
	if check == election.CheckManifestHash {
		want[0] ^= 1
	}
	o := Options{Manifest: &want}
	if w.parent != nil {
		o.Parent = w.parent.state()
	}
	r := Verify(f.record(), o)
	if got := r.failed(); r.Verified || !slices.Equal(got, []election.CheckID{check}) {
		logReport(t, r)
		t.Errorf("fails %v, want %v", got, check)
	}
	for _, one := range r.Findings {
		if one.Status == Failed {
			t.Log(one.String())
		}
	}
}

// flip returns a copy of b with one bit changed.
func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// many is a vote whose log has a tile above level 0.
var many = script{entry: func(w *writer, n int, e *election.Entry) bool {
	for range 250 {
		if e.Kind == election.KindCount && n == 0 {
			w.raw(e.Marshal())
		}
	}
	return true
}}

var recordFaults = map[election.CheckID]map[string]spoilt{
	election.CheckRecordFiles: {
		"foreign file":    {files: func(_ *writer, f files) { f["README"] = []byte("read me") }},
		"missing closing": {files: func(_ *writer, f files) { delete(f, closingFile) }},
		"too many entries": {files: func(w *writer, f files) {
			f[checkpointFile] = signTest(w, Checkpoint{testOrigin, MaxSize + 1, [32]byte{1}})
		}},
		"too early closing": {script: script{last: election.KindClose}, files: func(w *writer, f files) {
			f[closingFile] = f[checkpointFile]
		}},
	},
	election.CheckRecordEntries: {
		"changed entry": {files: func(w *writer, f files) {
			name := Bundles(0, w.size())[0].Path()
			f[name] = flip(f[name], len(f[name])/2)
		}},
		"trailing byte": {files: func(w *writer, f files) {
			name := Bundles(0, w.size())[0].Path()
			f[name] = append(f[name], 0)
		}},
	},
	election.CheckRecordTiles: {
		"changed leaf": {files: func(w *writer, f files) {
			name := Tiles(w.size())[0].Path()
			f[name] = flip(f[name], 40)
		}},
		"changed node": {script: many, files: func(w *writer, f files) { f["tile/1/000.p/1"] = flip(f["tile/1/000.p/1"], 20) }},
		"other root": {files: func(w *writer, f files) {
			f[checkpointFile] = cosignTest(w, signTest(w, Checkpoint{testOrigin, w.size(), [32]byte{1}}), "w0", "w1")
		}},
	},
	election.CheckLogCheckpoint: {
		"changed signature": {files: func(_ *writer, f files) { f[checkpointFile] = spoilLine(f[checkpointFile], 0) }},
		"stranger":          {files: func(w *writer, f files) { f[checkpointFile] = cosignTest(w, f[checkpointFile], "w9") }},
		"other origin": {files: func(w *writer, f files) {
			c := Checkpoint{"example.com/other", w.size(), w.root(w.size())}
			f[checkpointFile] = cosignTest(w, signTest(w, c), "w0", "w1")
		}},
		"closing too late": {files: func(w *writer, f files) {
			c := Checkpoint{testOrigin, w.closing + 1, w.root(w.closing + 1)}
			f[closingFile] = cosignTest(w, signTest(w, c), "w0", "w1")
		}},
		"stranger, closing": {files: func(w *writer, f files) { f[closingFile] = cosignTest(w, f[closingFile], "w9") }},
		"second line, closing": {files: func(w *writer, f files) {
			lines := bytes.SplitAfter(f[closingFile], []byte("\n"))
			f[closingFile] = append(f[closingFile], lines[5]...)
		}},
		"closing of a fork": {files: func(w *writer, f files) {
			f[closingFile] = cosignTest(w, signTest(w, Checkpoint{testOrigin, w.closing, [32]byte{1}}), "w0", "w1")
		}},
	},
	election.CheckLogWitnesses: {
		"one missing":      {files: func(_ *writer, f files) { f[checkpointFile] = withoutLine(f[checkpointFile], "w0") }},
		"one false":        {files: func(_ *writer, f files) { f[checkpointFile] = spoilLine(f[checkpointFile], 1) }},
		"missing, closing": {files: func(_ *writer, f files) { f[closingFile] = withoutLine(f[closingFile], "w1") }},
	},
	election.CheckManifestHash: {"another vote": {}},
	election.CheckEntryForm: {
		"garbage": onEntry(election.KindOpening, 0, func(w *writer, _ *election.Entry) bool {
			w.raw([]byte("garbage"))
			return true
		}),
		"trailing byte": onBody(0, func(w *writer, b *election.Attendance) {
			w.raw(append((&election.Entry{Kind: election.KindAttendance, Body: b.Marshal()}).Marshal(), 0))
		}),
	},
}

// spoilLine changes the n-th signature of a note, which stays base64.
func spoilLine(note []byte, n int) []byte {
	lines := bytes.SplitAfter(bytes.Clone(note), []byte("\n"))
	if c := &lines[4+n][len(lines[4+n])-10]; *c == 'A' {
		*c = 'B'
	} else {
		*c = 'A'
	}
	return bytes.Join(lines, nil)
}

var earlyFaults = map[election.CheckID]map[string]spoilt{
	election.CheckManifestForm: {
		"one ballot may be opened": onBody(0, func(_ *writer, m *election.Manifest) { m.MinBallots = 1 }),
		"no witnesses":             onBody(0, func(_ *writer, m *election.Manifest) { m.Policy = "quorum none\n" }),
		"other suite":              onBody(0, func(_ *writer, m *election.Manifest) { m.Suite = "piaojue-v0" }),
		"no manifest":              onEntry(election.KindManifest, 0, func(*writer, *election.Entry) bool { return false }),
	},
	election.CheckEntryPhase: {
		"resume without suspend": onEntry(election.KindSuspend, 0, func(w *writer, e *election.Entry) bool { return false }),
		"certificate twice": onEntry(election.KindCertificate, 0, func(w *writer, e *election.Entry) bool {
			w.raw(e.Marshal())
			return true
		}),
	},
	election.CheckEntryChain: {
		"other predecessor": onBody(0, func(_ *writer, b *election.Badge) { b.Prev[0] ^= 1 }),
		"order of a fork":   onBody(0, func(_ *writer, b *election.Order) { b.Root[0] ^= 1 }),
		"order too large":   onBody(0, func(_ *writer, b *election.Order) { b.Size++ }),
		"replayed": onEntry(election.KindBadge, 0, func(w *writer, e *election.Entry) bool {
			w.raw(e.Marshal())
			return true
		}),
	},
	election.CheckEntrySignatures: {
		"one missing": onEntry(election.KindCertificate, 0, func(_ *writer, e *election.Entry) bool {
			e.Signatures = e.Signatures[:1]
			return true
		}),
		"one changed": onEntry(election.KindOpening, 0, func(_ *writer, e *election.Entry) bool {
			e.Signatures[1].Sig[5] ^= 1
			return true
		}),
		"one too many": onEntry(election.KindAnnouncement, 0, func(w *writer, e *election.Entry) bool {
			e.Sign(election.RoleStaff, 0, testKey("staff"), w.hash)
			return true
		}),
		"of another vote": onEntry(election.KindClose, 0, func(_ *writer, e *election.Entry) bool {
			e.Sign(election.RoleLog, 0, testKey(testOrigin), [32]byte{1})
			return true
		}),
		"under a ballot": onEntry(election.KindBallot, 1, func(w *writer, e *election.Entry) bool {
			e.Sign(election.RoleLog, 0, testKey(testOrigin), w.hash)
			return true
		}),
	},
	election.CheckTrusteesKeys: {
		"static key twice": onBody(0, func(_ *writer, b *election.Trustees) {
			b.Scrutineers[1].StaticKey = b.Scrutineers[0].StaticKey
		}),
		"role key twice": onBody(0, func(_ *writer, b *election.Trustees) { b.Tellers[0].RoleKey = b.Scrutineers[0].RoleKey }),
	},
	election.CheckCeremonyDealings: {
		"changed proof": onBody(1, func(_ *writer, b *election.Dealing) { b.Msg = flip(b.Msg, 64) }),
		"other index":   onBody(1, func(w *writer, b *election.Dealing) { b.Trustees[0] ^= 1 }),
	},
	election.CheckCeremonyAgreement: {
		"changed signature": onBody(2, func(_ *writer, b *election.Agreement) { b.Sig[0] ^= 1 }),
		"other joint key":   onBody(2, func(_ *writer, b *election.Ready) { b.JointKey[0] ^= 1 }),
	},
}

var issuingFaults = map[election.CheckID]map[string]spoilt{
	election.CheckAttendanceRoll: {
		"one more":    onBody(0, func(_ *writer, b *election.Attendance) { b.Present++ }),
		"not on roll": onBody(0, func(w *writer, b *election.Attendance) { b.Indexes[10] = 12 }),
	},
	election.CheckOpeningQuorum: {
		"no quorum": onBody(0, func(_ *writer, b *election.Attendance) { b.Indexes, b.Present = b.Indexes[:5], 5 }),
		"epoch":     onBody(0, func(_ *writer, b *election.Opening) { b.Epoch = 2 }),
		"issuer":    onBody(0, func(_ *writer, b *election.Opening) { b.Issuers[0] = 1 }),
	},
	election.CheckIssuanceRoll: {
		"not checked in": onBody(0, func(_ *writer, b *election.Attendance) { b.Indexes, b.Present = b.Indexes[1:], 10 }),
		"other opening":  onBody(3, func(_ *writer, b *election.Issuance) { b.Opening[0] ^= 1 }),
		"other path":     onBody(3, func(_ *writer, b *election.Issuance) { b.Path[0][0] ^= 1 }),
		"twice": onEntry(election.KindIssuance, 5, func(w *writer, e *election.Entry) bool {
			w.raw(e.Marshal())
			return true
		}),
	},
	election.CheckCountKept: {
		"falls":          onBody(0, func(_ *writer, b *election.Promises) { b.Given = 7 }),
		"ballot dropped": onBody(1, func(_ *writer, b *election.Promises) { b.Given = 7 }),
	},
}

var boxFaults = map[election.CheckID]map[string]spoilt{
	election.CheckBallotForm: {
		"cut off":       onBallots(func(_ *writer, b [][]byte) { b[2] = b[2][:len(b[2])-1] }),
		"empty":         onBallots(func(_ *writer, b [][]byte) { b[2] = nil }),
		"other vote":    onBallots(func(_ *writer, b [][]byte) { b[2] = flip(b[2], 0) }),
		"not canonical": onBallots(func(w *writer, b [][]byte) { b[2] = flip(b[2], 32+32+32+384+31); b[2][32+32+32+384+31] |= 0x80 }),
	},
	election.CheckBallotCredential: {
		"changed": onBallots(func(w *writer, b [][]byte) {
			b[1] = flip(b[1], 32+32+32+100)
			w.resign(b[1], 1)
		}),
	},
	election.CheckBallotSignature: {
		"changed": onBallots(func(_ *writer, b [][]byte) { b[4] = flip(b[4], len(b[4])-1) }),
		"unused": {script: script{box: func(_ *writer, b, unused [][]byte) ([][]byte, [][]byte) {
			return b, [][]byte{flip(unused[0], len(unused[0])-1)}
		}}},
	},
	election.CheckBallotProofs: {
		"changed": onBallots(func(w *writer, b [][]byte) {
			b[3] = flip(b[3], len(b[3])-64-32)
			w.resign(b[3], 3)
		}),
	},
	election.CheckBallotUnique: {
		"second of a credential": onBallots(func(w *writer, b [][]byte) { b[0] = w.cast(w.voters[1], 1) }),
		"cast and unused": {script: script{box: func(w *writer, b, unused [][]byte) ([][]byte, [][]byte) {
			u, err := w.params.NewUnused(w.voters[2].credential, w.voters[2].sk)
			if err != nil {
				w.Error(err)
			}
			return b, [][]byte{u}
		}}},
		"spent": {script: script{boxed: func(e []*election.Entry) []*election.Entry { return e }, body: func(*writer, int, any) {}, entry: spendFirst()}},
	},
	election.CheckCloseOrder: {
		"swapped": {script: script{boxed: func(e []*election.Entry) []*election.Entry {
			e[1], e[2] = e[2], e[1]
			return e
		}}},
		"groups swapped": {script: script{boxed: func(e []*election.Entry) []*election.Entry {
			return slices.Concat(e[:6], e[7:], e[6:7])
		}}},
		"other number": onBody(0, func(_ *writer, b *election.Close) { b.Spent++ }),
		"other order":  onBody(0, func(_ *writer, b *election.Close) { b.Order[0] ^= 1 }),
	},
	election.CheckNumbersOrder: {
		"more than issued": {script: script{ballots: 6, unused: 2, missing: -1}},
	},
	election.CheckCollectionNumbers: {
		"issued": onBody(0, func(_ *writer, b *election.Collection) { b.Issued++ }),
		"unused": onBody(0, func(_ *writer, b *election.Collection) { b.Unused-- }),
		"close":  onBody(0, func(_ *writer, b *election.Collection) { b.Close[0] ^= 1 }),
	},
}

// spendFirst puts the seal code of the first ballot in the place of a spent
// one (attack B3).
func spendFirst() func(w *writer, n int, e *election.Entry) bool {
	var seal [32]byte
	return func(w *writer, n int, e *election.Entry) bool {
		if e.Kind == election.KindBallot && n == 0 {
			b, err := w.params.Parse(e.Body)
			if err != nil {
				w.Fatal(err)
			}
			seal = b.SealCode()
		}
		if e.Kind == election.KindSpent {
			e.Body = seal[:]
		}
		return true
	}
}

var resultFaults = map[election.CheckID]map[string]spoilt{
	election.CheckOpeningMinimum: {"two ballots": {script: script{ballots: 2, unused: 1}}},
	election.CheckShareProofs: {
		"changed":            onBody(2, func(_ *writer, b *election.Share) { b.Factors = flip(b.Factors, 97) }),
		"another checkpoint": onBody(2, func(_ *writer, b *election.Share) { b.Size-- }),
		"another root":       onBody(2, func(_ *writer, b *election.Share) { b.Root[0] ^= 1 }),
		"too few":            {script: script{entry: func(_ *writer, n int, e *election.Entry) bool { return e.Kind != election.KindShare || n == 0 }}},
		"aggregate swapped":  {script: script{body: swapAggregate}},
	},
	election.CheckResultTotals: {
		"one more":       onBody(0, func(_ *writer, b *election.Result) { b.Totals[1]++ }),
		"other trustees": onBody(0, func(_ *writer, b *election.Result) { b.Trustees = []uint8{1, 2} }),
		"valid":          onBody(0, func(_ *writer, b *election.Result) { b.Numbers.V++; b.Numbers.X-- }),
	},
	election.CheckResultOutcome: {
		"loser adopted": onBody(0, func(_ *writer, b *election.Result) { b.Outcome.Adopted = []uint16{1} }),
		"next":          onBody(0, func(_ *writer, b *election.Result) { b.Outcome.Next = election.NextSession }),
	},
	election.CheckCertificateResult: {"another": onBody(0, func(_ *writer, b *election.Certificate) { b.Result[0] ^= 1 })},
	election.CheckArchiveRoot: {
		"before the announcement": onBody(0, func(w *writer, b *election.Archive) {
			b.Size--
			b.Root = w.root(b.Size)
		}),
		"destruction by others": onBody(1, func(_ *writer, b *election.Destruction) { b.Trustees[0] ^= 1 }),
		"destroyed twice": onEntry(election.KindDestruction, 0, func(w *writer, e *election.Entry) bool {
			w.raw(e.Marshal())
			return true
		}),
	},
}
