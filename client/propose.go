package client

import (
	"errors"

	"piaojue/election"
)

// ErrEarly means that the log does not say yet what the entry would be about.
var ErrEarly = errors.New("client: too early for this entry")

// These methods build the entries that people sign together. Whatever such an
// entry says about the log comes from the Board, never from the server's word.
// now is the clock of the device, in Unix seconds.

func (b *Board) chain(now uint64) election.Chain {
	return election.Chain{Prev: b.state.Prev(), Time: now}
}

// ProposeTrustees names the scrutineers, in their order, and the tellers.
func (b *Board) ProposeTrustees(now uint64, s []election.Scrutineer, t []election.Teller) (*election.Entry, error) {
	return election.NewEntry(&election.Trustees{Chain: b.chain(now), Scrutineers: s, Tellers: t})
}

// ProposeOpening opens the vote, for the given issuers, ascending, or for all.
func (b *Board) ProposeOpening(now uint64, issuers []uint8) (*election.Entry, error) {
	if len(issuers) == 0 {
		for i := range b.state.Manifest().Issuers {
			issuers = append(issuers, uint8(i))
		}
	}
	return election.NewEntry(&election.Opening{Chain: b.chain(now), Epoch: b.nextEpoch(), Issuers: issuers})
}

// ProposePaperOnly opens the vote, or a new epoch of it, in which all vote on
// paper. Whatever was cast before no longer counts.
func (b *Board) ProposePaperOnly(now uint64) (*election.Entry, error) {
	return election.NewEntry(&election.Opening{Chain: b.chain(now), Epoch: b.nextEpoch()})
}

// ProposeSheets hands out paper to deputies of these roll indexes, ascending.
func (b *Board) ProposeSheets(now uint64, indexes []uint32) (*election.Entry, error) {
	if b.state.Opening() == nil {
		return nil, ErrEarly
	}
	return election.NewEntry(&election.Sheets{Chain: b.chain(now), Epoch: b.state.Opening().Epoch, Indexes: indexes})
}

// ProposeDecision adopts some of the options that are tied.
func (b *Board) ProposeDecision(now uint64, adopted []uint16, basis, text string, members []string) (*election.Entry, error) {
	if !b.state.Accepts(election.KindDecision) || b.state.Result().Outcome.Next != election.NextPresidium {
		return nil, ErrEarly
	}
	return election.NewEntry(&election.Decision{Chain: b.chain(now), Adopted: adopted, Basis: basis, Text: text, Members: members})
}

// ProposeSuccessor names the vote that follows. Its manifest must be the one
// that the outcome demands.
func (b *Board) ProposeSuccessor(now uint64, next *election.Manifest) (*election.Entry, error) {
	follow, err := b.state.Follow()
	if err != nil {
		return nil, ErrEarly
	}
	if err := follow.Check(next); err != nil {
		return nil, err
	}
	return election.NewEntry(&election.Successor{Chain: b.chain(now), Manifest: next.Hash()})
}

// ProposeOrder closes the vote at the checkpoint that the Board verified.
func (b *Board) ProposeOrder(now uint64) (*election.Entry, error) {
	if b.state.Opening() == nil {
		return nil, ErrEarly
	}
	return election.NewEntry(&election.Order{
		Chain: b.chain(now), Epoch: b.state.Opening().Epoch, Size: b.signed.Size, Root: b.signed.Root,
	})
}

// ProposeNotice makes a suspend, resume or void entry with its reason, or an
// announcement.
func (b *Board) ProposeNotice(kind election.Kind, now uint64, text string) (*election.Entry, error) {
	c := b.chain(now)
	switch kind {
	case election.KindSuspend:
		return election.NewEntry(election.NewSuspend(c, text))
	case election.KindResume:
		return election.NewEntry(election.NewResume(c, text))
	case election.KindVoid:
		return election.NewEntry(election.NewVoid(c, text))
	case election.KindAnnouncement:
		return election.NewEntry(election.NewAnnouncement(c, text))
	}
	return nil, errOrder
}

// ProposeBadge puts another key in the place of a lost badge's.
func (b *Board) ProposeBadge(now uint64, index uint32, key [32]byte) (*election.Entry, error) {
	return election.NewEntry(&election.Badge{Chain: b.chain(now), Index: index, Key: key})
}

// ProposeCollection repeats the numbers that the Board counted itself.
func (b *Board) ProposeCollection(now uint64) (*election.Entry, error) {
	c := b.state.ExpectedCollection(now)
	if c == nil {
		return nil, ErrEarly
	}
	return election.NewEntry(c)
}

// ProposeCertificate certifies the result that the Board recomputed.
func (b *Board) ProposeCertificate(now uint64) (*election.Entry, error) {
	if b.state.Result() == nil {
		return nil, ErrEarly
	}
	return election.NewEntry(&election.Certificate{Chain: b.chain(now), Result: b.state.ResultHash()})
}

// ProposeArchive names the tree that is kept.
func (b *Board) ProposeArchive(now uint64) (*election.Entry, error) {
	return election.NewEntry(&election.Archive{Chain: b.chain(now), Size: b.signed.Size, Root: b.signed.Root})
}
