package audit

import (
	"piaojue/election"
)

func byTeller(i int) signedBy {
	return signedBy{election.RoleTeller, uint8(i), tellerName(i)}
}

func tellerName(i int) string { return "teller " + string(rune('0'+i)) }

// writeSheets hands paper out to the deputies after those who get credentials.
func (w *writer) writeSheets() {
	if w.sheets == 0 {
		return
	}
	h := &election.Sheets{Chain: w.chain(), Epoch: 1}
	for i := range w.sheets {
		h.Indexes = append(h.Indexes, uint32(w.ballots+w.unused+max(w.missing, 0)+i))
	}
	w.chained(election.KindSheets, h, byScrutineer(1), byScrutineer(3))
}

// writeBatch enters what is on the sheets of one ballot box.
func (w *writer) writeBatch() {
	w.Helper()
	if w.papers == 0 {
		return
	}
	b := &election.Batch{Chain: w.chain(), Epoch: 1, ID: [32]byte{7}, Box: "box", Sheets: uint32(w.papers)}
	var bodies [][]byte
	for i := range w.papers {
		bodies = append(bodies, w.enter(b, i))
	}
	if w.paper != nil {
		w.paper(w, bodies)
	}
	for _, body := range bodies {
		b.Entries = append(b.Entries, (&election.Entry{Kind: election.KindPaper, Body: body}).Hash())
	}
	w.chained(election.KindBatch, b, byScrutineer(1), byTeller(1), byTeller(2))
	for i, body := range bodies {
		w.addPaper(i, body)
	}
}

// enter makes a ballot of the i-th sheet.
func (w *writer) enter(b *election.Batch, i int) []byte {
	w.Helper()
	body, _, err := w.seal(i, [32]byte{}).FinishPaper(b.Header(), uint32(i+1))
	if err != nil {
		w.Fatal(err)
	}
	return body
}

func (w *writer) addPaper(i int, body []byte) {
	if parsed, err := w.params.ParsePaper(body); err == nil {
		w.aggregate.Add(parsed.Ciphertexts())
	}
	w.append(i, &election.Entry{Kind: election.KindPaper, Body: body})
}

func (w *writer) writeDecision() {
	if w.decided != nil {
		w.chained(election.KindDecision, w.decision(), byPresidium)
	}
}

func (w *writer) decision() *election.Decision {
	return &election.Decision{
		Chain: w.chain(), Adopted: w.decided, Basis: "article 9,\nthird meeting", Text: "so decided", Members: []string{"one", "two"},
	}
}

// writeSuccessor names the vote that follows: the one that a verifier derives,
// or a copy of this one if nothing follows.
func (w *writer) writeSuccessor() {
	w.Helper()
	if w.next == nil {
		return
	}
	m := *w.manifest
	m.Parent = w.hash
	if follow, err := w.state().Follow(); err == nil {
		m.Round, m.Rules, m.Options = follow.Round, follow.Rules, follow.Options
	}
	w.next(&m)
	w.child = &m
	w.chained(election.KindSuccessor, &election.Successor{Chain: w.chain(), Manifest: m.Hash()}, byStaff, byPresidium)
}

// state is what a verifier knows of the log so far.
func (w *writer) state() *election.State {
	w.Helper()
	_, s := Replay(w.export().record(), Options{Manifest: &w.hash})
	return s
}

// following is a second round, for the seat that the first one left.
func following(next func(m *election.Manifest)) script {
	return script{first: &script{next: next}, ballots: 6, sheets: 2, papers: 2, marks: func(i int) []int { return []int{i % 2} }}
}

func asDerived(*election.Manifest) {}

// tied is a vote whose seats three options of four get equal votes for.
func tied(decided ...uint16) script {
	return script{
		options: 4, seats: 2, ballots: 3, decided: decided,
		rules: func(r *election.Rules) { r.Base, r.Tie = election.BaseNone, election.TiePresidium },
		marks: func(i int) []int { return []int{i % 3, (i + 1) % 3} },
	}
}
