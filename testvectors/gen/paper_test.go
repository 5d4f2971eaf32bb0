package gen

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

// paperBox is a ballot box: what is on the sheets in it, and how many of them
// are invalid in a mode that cannot say so.
type paperBox struct {
	name    string
	choices []ballot.Choice
	invalid uint32
}

// sheet is a place in a batch.
type sheet struct {
	header [32]byte
	number uint32
}

func tellerKey(i int) ed25519.PrivateKey { return key(fmt.Sprint("teller ", i)) }

func byTeller(i int) signedBy {
	return signedBy{election.RoleTeller, uint8(i), tellerKey(i)}
}

// collected returns Q.
func (v *vote) collected() (n uint32) {
	for _, b := range v.boxes {
		n += uint32(len(b.choices)) + b.invalid
	}
	return n
}

func (v *vote) writeSheets() {
	if len(v.sheets) == 0 {
		return
	}
	h := &election.Sheets{Chain: v.chain(), Epoch: v.epoch, Indexes: slices.Clone(v.sheets)}
	v.chained(election.KindSheets, h, byScrutineer(1), byScrutineer(2))
}

// writePaper enters one ballot box after the other.
func (v *vote) writePaper() {
	var rows [][]ballot.Ciphertext
	for n, box := range v.boxes {
		rows = append(rows, v.enterBox(n, box)...)
	}
	v.aggregateWith(rows)
}

func (v *vote) enterBox(n int, box paperBox) (rows [][]ballot.Ciphertext) {
	b := v.newBatch(n, box)
	var bodies [][]byte
	for i, c := range box.choices {
		body := v.enter(b, i, c)
		bodies, rows = append(bodies, body), append(rows, must(v.params.ParsePaper(body)).Ciphertexts())
	}
	if v.papers != nil {
		bodies = v.papers(v, n, b, bodies)
	}
	for i, body := range bodies {
		b.Entries = append(b.Entries, paperEntry(body).Hash())
		if parsed, err := v.params.ParsePaper(body); err == nil {
			rows[i] = parsed.Ciphertexts()
		}
	}
	v.chained(election.KindBatch, b, byScrutineer(2), byTeller(1), byTeller(2))
	for _, body := range bodies {
		v.logPaper(body)
	}
	return rows
}

func (v *vote) newBatch(n int, box paperBox) *election.Batch {
	return &election.Batch{
		Chain: v.chain(), Epoch: v.epoch, ID: secretOf(fmt.Sprint("batch ", n)), Box: box.name,
		Sheets: uint32(len(box.choices)) + box.invalid, Invalid: box.invalid,
	}
}

// enter makes the ballot of a sheet. The one-time key is nobody's.
func (v *vote) enter(b *election.Batch, i int, c ballot.Choice) []byte {
	body, _, err := must(v.params.Encrypt(v.bits(c), [32]byte{})).FinishPaper(b.Header(), uint32(i+1))
	check(err)
	return body
}

func paperEntry(body []byte) *election.Entry {
	return &election.Entry{Kind: election.KindPaper, Body: body}
}

func (v *vote) logPaper(body []byte) {
	if slices.ContainsFunc(v.suspect, func(s []byte) bool { return slices.Equal(s, body) }) {
		v.blame()
	}
	v.counts[election.KindPaper]++
	v.log(v.counts[election.KindPaper]-1, paperEntry(body))
}

// paperBody lays a ballot of a hostile teller out.
func (d *draft) paperBody() []byte {
	b := append(slices.Clone(d.hash[:]), d.sheet.header[:]...)
	return d.appendRow(binary.BigEndian.AppendUint32(b, d.sheet.number))
}

// paperLayout is layout of a paper entry.
func (v *vote) paperLayout() layout { return v.layoutFrom(layout{ciphertexts: 68}) }
