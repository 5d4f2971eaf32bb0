package client

import (
	"crypto/ed25519"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/group"
)

// Opening is a trustee after the close, who goes by the record of the whole vote.
// A Board would hold all of it in memory; a record lies on the disk, and is
// verified on the way.
type Opening struct {
	trustee *Trustee
	report  *audit.Report
	state   *election.State
}

// OpeningConfig says who opens which vote.
type OpeningConfig struct {
	Manifest [32]byte // the hash, from paper
	Role     ed25519.PrivateKey
	Static   *group.Scalar

	// Progress, if set, is called now and then with the number of entries that
	// were gone through, of how many.
	Progress func(done, total uint64)
}

// NewOpening verifies the record, every ballot and every signature, and finds the
// trustee's place in it, as NewTrustee does. A record that does not verify is a
// *ReportError; one that only stops too early is none before Share.
func NewOpening(record *audit.Record, c OpeningConfig) (*Opening, error) {
	report, state := audit.Replay(record, audit.Options{Manifest: &c.Manifest, Progress: c.Progress})
	if report.Failed() {
		return nil, &ReportError{Report: report}
	}
	t, err := newTrustee(state, c.Role, c.Static)
	if err != nil {
		return nil, err
	}
	return &Opening{trustee: t, report: report, state: state}, nil
}

// State returns the state after the last entry of the record.
func (o *Opening) State() *election.State { return o.state }

// Index returns the trustee's number, from 1.
func (o *Opening) Index() uint8 { return o.trustee.index }

// Share is Trustee.Share for the record that was verified.
func (o *Opening) Share(opened *Closing) (*election.Entry, Closing, error) {
	return o.trustee.open(o.report, o.state, opened)
}

// Destroyed is Trustee.Destroyed.
func (o *Opening) Destroyed() (*election.Entry, error) { return o.trustee.Destroyed() }
