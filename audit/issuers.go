package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

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
		signed, err := v.checkRegister(m, i)
		if err != nil {
			cause, _ := election.CauseOf(err)
			label := issuerLabel(m, i)
			v.fail(election.CheckIssuersRegister, NoEntry, fault(cause, label, fmt.Errorf("issuer %s: %w", label, err)))
			continue
		}
		v.report.Issuers[i].Registered, v.report.Issuers[i].Signed = true, signed
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

// checkRegister verifies one register, row by row, and returns how many rows of
// the last epoch it has. A file that is not what the issuer signed convicts
// nobody: what its rows say counts only if it is.
func (v *verifier) checkRegister(m *election.Manifest, i uint8) (signed int, err error) {
	checkpoint, entries := RegisterPaths(i)
	key, err := RegisterKey(m, i)
	if err != nil {
		return 0, err
	}
	note, err := v.record.read(checkpoint, maxCheckpoint)
	if err != nil {
		return 0, err
	}
	s, err := openRegisterHead(key, note)
	if err != nil {
		return 0, err
	}
	f, err := v.record.open(entries)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	c := &comparison{state: v.state, issuer: i, seen: make([]uint64, v.checkpoint.Size/64+1)}
	if err := c.read(f, s.Size); err != nil {
		return 0, err
	}
	if err := c.tree.checkRegister(s); err != nil {
		return 0, err
	}
	return c.signed, c.fault
}

// comparison is that of a register with the log.
type comparison struct {
	state  *election.State
	issuer uint8
	tree   frontier
	seen   []uint64 // bits of the entries that had their row
	signed int      // rows of the last epoch
	fault  error    // of the first row with one
}

// read takes all rows up to a number that must be the last.
func (c *comparison) read(f io.Reader, most uint64) error {
	r := bufio.NewReaderSize(f, 1000*RegisterRowSize)
	for {
		var raw [RegisterRowSize]byte
		_, err := io.ReadFull(r, raw[:])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fault(election.CauseTree, "", errRegister)
		case err != nil:
			return err
		}
		if c.tree.add(tlog.RecordHash(raw[:])); c.tree.size > most {
			return nil // which the tree shows
		}
		if c.fault == nil {
			c.fault = c.row(c.tree.size-1, parseRow(raw[:]))
		}
	}
}

// row compares a row with the log. That no leaf stands twice in an epoch follows:
// the log has one issuance of each.
func (c *comparison) row(i uint64, row RegisterRow) error {
	logged, ok := c.state.IssuedIn(row.Epoch, row.Leaf)
	if !ok || logged.Entry != row.Index || !logged.For(row.Vector) {
		return fault(election.CauseOther, "", fmt.Errorf("row %d is no issuance of the log", i))
	}
	word, bit := &c.seen[row.Index/64], uint64(1)<<(row.Index%64)
	if *word&bit != 0 {
		return fault(election.CauseTwice, "", fmt.Errorf("row %d stands in it before", i))
	}
	*word |= bit
	if !slices.Contains(c.state.OpeningOf(row.Epoch).Issuers, c.issuer) {
		return fault(election.CauseEpoch, "", fmt.Errorf("row %d: the opening of epoch %d does not name the issuer", i, row.Epoch))
	}
	if row.Epoch == c.state.Opening().Epoch {
		c.signed++
	}
	return nil
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
