package audit

import (
	"fmt"
	"path"
	"slices"
	"strconv"

	"piaojue/ballot"
	"piaojue/election"
)

const (
	issuerDir   = "issuer"
	entriesFile = "entries"
)

// RegisterPaths returns where the register of an issuer is in a record.
func RegisterPaths(issuer uint8) (checkpoint, entries string) {
	dir := path.Join(issuerDir, strconv.Itoa(int(issuer)))
	return path.Join(dir, checkpointFile), path.Join(dir, entriesFile)
}

// IssuerLine is what a report says about one issuer of the manifest.
type IssuerLine struct {
	Number     uint8
	Name       string
	InForce    bool // a member of S in the last epoch
	Registered bool // its register is in the record, and right
	Signed     int  // rows of the last epoch; the issuances are Numbers.I less the sheets
}

// addRegisters puts the registers that are in a record into its layout.
func (r *Record) addRegisters(l *layout) error {
	for i := range uint8(ballot.MaxIssuers) {
		checkpoint, entries := RegisterPaths(i)
		there, err := r.exists(checkpoint)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		signed, err := r.read(checkpoint, maxCheckpoint)
		if err != nil {
			return err
		}
		c, err := ReadCheckpoint(signed)
		if err != nil || c.Size > MaxSize {
			return fault(election.CausePlain, checkpoint, fmt.Errorf("%w: %s is no checkpoint of a register", errRecord, checkpoint))
		}
		l.files[checkpoint], l.files[entries] = -1, int64(c.Size)*RegisterRowSize
		l.dirs[issuerDir], l.dirs[path.Dir(checkpoint)] = true, true
	}
	return nil
}

// ledger is what the log says of issuances: what registers are compared with.
type ledger struct {
	issuers map[uint32][]uint8 // S of each epoch
	rows    map[uint64]RegisterRow
}

func newLedger() *ledger {
	return &ledger{issuers: map[uint32][]uint8{}, rows: map[uint64]RegisterRow{}}
}

// note takes up an entry that was accepted.
func (l *ledger) note(s *election.State, e *election.Entry, index uint64) {
	switch e.Kind {
	case election.KindOpening:
		l.issuers[s.Opening().Epoch] = s.Opening().Issuers
	case election.KindIssuance:
		if b, err := election.ParseIssuance(e.Body); err == nil {
			l.rows[index] = RegisterRow{Epoch: s.Opening().Epoch, Leaf: b.Leaf.Index, Index: index, Vector: b.Vector}
		}
	}
}

// check compares the rows of an issuer's register with the log. That no leaf
// stands twice in an epoch follows: the log has one issuance of each.
func (l *ledger) check(issuer uint8, rows []RegisterRow) error {
	seen := map[uint64]bool{}
	for i, row := range rows {
		logged, ok := l.rows[row.Index]
		switch {
		case !ok || logged != row:
			return fault(election.CauseOther, "", fmt.Errorf("row %d is no issuance of the log", i))
		case seen[row.Index]:
			return fault(election.CauseTwice, "", fmt.Errorf("row %d stands in it before", i))
		case !slices.Contains(l.issuers[row.Epoch], issuer):
			return fault(election.CauseEpoch, "", fmt.Errorf("row %d: the opening of epoch %d does not name the issuer", i, row.Epoch))
		}
		seen[row.Index] = true
	}
	return nil
}

// checkRegisters makes check 38, of each register that the record has.
func (v *verifier) checkRegisters() {
	m := v.report.Manifest
	if m == nil {
		return
	}
	there, good := 0, 0
	for i := range uint8(ballot.MaxIssuers) {
		checkpoint, _ := RegisterPaths(i)
		if ok, err := v.record.exists(checkpoint); err == nil && !ok {
			continue
		}
		there++
		rows, err := v.readRegister(m, i)
		if err == nil {
			err = v.ledger.check(i, rows)
		}
		if err != nil {
			cause, _ := election.CauseOf(err)
			label := issuerLabel(m, i)
			v.fail(election.CheckIssuersRegister, NoEntry, fault(cause, label, fmt.Errorf("issuer %s: %w", label, err)))
			continue
		}
		v.registered(i, rows)
		good++
	}
	if there > 0 && there == good {
		v.pass(election.CheckIssuersRegister)
	}
}

// issuerLabel says which issuer it is: nobody should look it up in the manifest.
func issuerLabel(m *election.Manifest, i uint8) string {
	if int(i) >= len(m.Issuers) {
		return strconv.Itoa(int(i))
	}
	return fmt.Sprintf("%d (%s)", i, m.Issuers[i].Name)
}

func (v *verifier) readRegister(m *election.Manifest, i uint8) ([]RegisterRow, error) {
	checkpoint, entries := RegisterPaths(i)
	key, err := RegisterKey(m, i)
	if err != nil {
		return nil, err
	}
	signed, err := v.record.read(checkpoint, maxCheckpoint)
	if err != nil {
		return nil, err
	}
	rows, err := v.record.read(entries, MaxSize*RegisterRowSize)
	if err != nil {
		return nil, err
	}
	return OpenRegister(key, signed, rows)
}

// listIssuers begins the lines of the report.
func (v *verifier) listIssuers() {
	var set []uint8
	if o := v.state.Opening(); o != nil {
		set = o.Issuers
	}
	for i, x := range v.report.Manifest.Issuers {
		v.report.Issuers = append(v.report.Issuers, IssuerLine{Number: uint8(i), Name: x.Name, InForce: slices.Contains(set, uint8(i))})
	}
}

func (v *verifier) registered(i uint8, rows []RegisterRow) {
	line := &v.report.Issuers[i]
	line.Registered = true
	for _, r := range rows {
		if o := v.state.Opening(); o != nil && r.Epoch == o.Epoch {
			line.Signed++
		}
	}
}
