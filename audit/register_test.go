package audit

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"piaojue/election"
)

// register returns the rows of the one issuer of the vote: all issuances.
func (w *writer) register() (rows []RegisterRow) {
	for i, raw := range w.store.entries {
		e, err := election.ParseEntry(raw)
		if err != nil || e.Kind != election.KindIssuance {
			continue
		}
		if b, err := election.ParseIssuance(e.Body); err == nil {
			rows = append(rows, RegisterRow{1, b.Leaf.Index, uint64(i), b.Vector})
		}
	}
	return rows
}

func marshalRows(rows []RegisterRow) (b []byte) {
	for _, r := range rows {
		b = append(b, r.Marshal()...)
	}
	return b
}

// putRegister signs rows and puts them into the record.
func (w *writer) putRegister(f files, rows []RegisterRow) {
	w.Helper()
	b := marshalRows(rows)
	signed, err := SignRegister(testOrigin, 0, b, nil, testKey("register"))
	if err != nil {
		w.Fatal(err)
	}
	checkpoint, entries := RegisterPaths(0)
	f[checkpoint], f[entries] = signed, b
}

// onRegister changes rows that the issuer signs.
func onRegister(change func(w *writer, rows []RegisterRow) []RegisterRow) spoilt {
	return spoilt{files: func(w *writer, f files) { w.putRegister(f, change(w, w.register())) }}
}

func onRow(change func(r *RegisterRow)) spoilt {
	return onRegister(func(_ *writer, rows []RegisterRow) []RegisterRow {
		change(&rows[1])
		return rows
	})
}

// registerFaults are registers that convict an issuer, a server or whoever put
// them into the record (attack V8).
var registerFaults = map[election.CheckID]map[string]spoilt{
	election.CheckIssuersRegister: {
		"other vector": onRow(func(r *RegisterRow) { r.Vector[0] ^= 1 }),
		"other leaf":   onRow(func(r *RegisterRow) { r.Leaf++ }),
		"other entry":  onRow(func(r *RegisterRow) { r.Index = 0 }),
		"beyond":       onRow(func(r *RegisterRow) { r.Index = 1 << 40 }),
		"other epoch":  onRow(func(r *RegisterRow) { r.Epoch = 2 }),
		"signed twice": onRegister(func(_ *writer, rows []RegisterRow) []RegisterRow { return append(rows, rows[0]) }),
		"other key": {files: func(w *writer, f files) {
			checkpoint, entries := RegisterPaths(0)
			f[checkpoint], _ = SignRegister(testOrigin, 0, f[entries], nil, testKey("another"))
		}},
		"other number": {files: func(w *writer, f files) {
			checkpoint, entries := RegisterPaths(0)
			f[checkpoint], _ = SignRegister(testOrigin, 1, f[entries], nil, testKey("register"))
		}},
		"no such issuer": {files: func(w *writer, f files) {
			checkpoint, entries := RegisterPaths(0)
			c, e := RegisterPaths(1)
			f[c], f[e] = f[checkpoint], f[entries]
		}},
		"rows of another size": {files: func(w *writer, f files) {
			_, entries := RegisterPaths(0)
			f[entries] = flip(f[entries], 47)
		}},
		"second signature": {files: func(w *writer, f files) {
			checkpoint, _ := RegisterPaths(0)
			f[checkpoint] = cosignTest(w, f[checkpoint], "w0")
		}},
		"line twice": {files: func(w *writer, f files) {
			checkpoint, _ := RegisterPaths(0)
			f[checkpoint] = append(f[checkpoint], bytes.SplitAfter(f[checkpoint], []byte("\n"))[4]...)
		}},
	},
	election.CheckRecordFiles: {
		"register without entries":    {files: func(_ *writer, f files) { delete(f, "issuer/0/entries") }},
		"register without checkpoint": {files: func(_ *writer, f files) { delete(f, "issuer/0/checkpoint") }},
		"register cut off":            {files: func(_ *writer, f files) { f["issuer/0/entries"] = f["issuer/0/entries"][1:] }},
		"register of number 16":       {files: func(_ *writer, f files) { f["issuer/16/checkpoint"] = f["issuer/0/checkpoint"] }},
		"register with a name":        {files: func(_ *writer, f files) { f["issuer/00/checkpoint"] = f["issuer/0/checkpoint"] }},
		"register in another form":    {files: func(_ *writer, f files) { f["issuer/0/checkpoint"] = []byte("checkpoint") }},
	},
}

// A record without registers, or with a shorter one, verifies: an issuance whose
// signature nobody fetched is no fault. The report says how many were signed.
func TestVerifyRegister(t *testing.T) {
	w := newWriter(t, script{}).run()
	f := w.export()
	verify := func() *Report { return Verify(f.record(), Options{Manifest: &w.hash}) }
	all := len(w.register())
	r := verify()
	want := []IssuerLine{{Number: 0, Name: "issuer", InForce: true, Registered: true, Signed: all}}
	if !r.Verified || r.Status(election.CheckIssuersRegister) != Passed || !slices.Equal(r.Issuers, want) {
		t.Errorf("verified %v, %+v", r.Verified, r.Issuers)
	}
	w.putRegister(f, w.register()[1:])
	if r = verify(); !r.Verified || r.Issuers[0].Signed != all-1 {
		t.Errorf("one fewer: verified %v, %+v", r.Verified, r.Issuers)
	}
	w.putRegister(f, nil)
	if r = verify(); !r.Verified || !r.Issuers[0].Registered || r.Issuers[0].Signed != 0 {
		t.Errorf("empty: verified %v, %+v", r.Verified, r.Issuers)
	}
	delete(f, "issuer/0/checkpoint")
	delete(f, "issuer/0/entries")
	if r = verify(); !r.Verified || r.Status(election.CheckIssuersRegister) != NotReached || r.Issuers[0].Registered {
		t.Errorf("without: verified %v, %+v", r.Verified, r.Issuers)
	}
}

// S2, V8: an issuer that lost rows signs no register; one that grew does.
func TestSignRegister(t *testing.T) {
	key := testKey("register")
	rows := marshalRows([]RegisterRow{{Epoch: 1}, {Epoch: 1, Leaf: 1}, {Epoch: 1, Leaf: 2}})
	sign := func(rows, last []byte) ([]byte, error) { return SignRegister(testOrigin, 2, rows, last, key) }
	last, err := sign(rows[:2*RegisterRowSize], nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, good := range [][]byte{rows[:2*RegisterRowSize], rows} {
		if _, err := sign(good, last); err != nil {
			t.Error(err)
		}
	}
	for name, bad := range map[string][]byte{"shorter": rows[:RegisterRowSize], "empty": nil, "other": flip(rows, 4)} {
		if _, err := sign(bad, last); !errors.Is(err, ErrRollback) {
			t.Errorf("%s: got %v, want ErrRollback", name, err)
		}
	}
	if _, err := sign(rows[1:], last); err == nil {
		t.Error("half a row is signed")
	}
	s, err := NewRegisterSigner(testOrigin, 2, nil, nil, key)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 4 { // as the register grows, as at once
		got, err := s.Sign()
		want, whole := sign(rows[:n*RegisterRowSize], nil)
		if err != nil || whole != nil || !bytes.Equal(got, want) {
			t.Errorf("%d rows, one by one: %s, %v; at once: %s, %v", n, got, err, want, whole)
		}
		if n < 3 {
			err = s.Add(rows[n*RegisterRowSize:][:RegisterRowSize])
		} else if s.Add(rows[1:]) == nil {
			t.Error("half a row is added")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := SignRegister(testOrigin, 1, rows, last, key); err == nil {
		t.Error("continues the register of another issuer")
	}
}

// S1: two registers of one issuer, of which neither continues the other, convict
// it; two that do, do not.
func TestRegisterEvidence(t *testing.T) {
	private := testKey("register")
	key, err := LogKey(RegisterOrigin(testOrigin, 0), publicKey(private))
	if err != nil {
		t.Fatal(err)
	}
	rows := marshalRows([]RegisterRow{{Epoch: 1}, {Epoch: 1, Leaf: 1}, {Epoch: 1, Leaf: 2}})
	signed := func(rows []byte) []byte {
		c, err := SignRegister(testOrigin, 0, rows, nil, private)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, test := range map[string]struct {
		first  []byte
		guilty bool
	}{
		"prefix":        {rows[:2*RegisterRowSize], false},
		"fork":          {flip(rows[:2*RegisterRowSize], 4), true},
		"fork, as long": {flip(rows, 4), true},
	} {
		e, err := RegisterEvidence(key, signed(test.first), signed(rows), rows)
		if err != nil {
			t.Fatal(err)
		}
		if e, err = ParseEvidence(e.Marshal()); err != nil {
			t.Fatal(err)
		}
		if got := e.Verify() == nil; got != test.guilty {
			t.Errorf("%s: convicts %v, want %v", name, got, test.guilty)
		}
	}
}

func FuzzParseRegister(f *testing.F) {
	f.Add(marshalRows([]RegisterRow{{1, 2, 3, [32]byte{4}}}))
	f.Add([]byte{1})
	for _, b := range vectors(f, "records.json", "issuer/0/entries") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if rows, err := ParseRegister(b); err == nil && !bytes.Equal(marshalRows(rows), b) {
			t.Error("another encoding")
		}
	})
}
