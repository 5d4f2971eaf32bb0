package web

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

// roll is the roll of a frozen vote.
type roll struct {
	*election.Roll
	members []store.Member    // by index
	leave   uint32            // how many of them are on leave
	numbers map[string]uint32 // roll number to index
	badges  map[[32]byte]uint32
}

// loadRoll builds the roll and compares it with the manifest's.
func (v *vote) loadRoll(ctx context.Context) error {
	members, err := v.config.DB.Roll(ctx, v.id)
	if err != nil {
		return err
	}
	r, err := newRoll(members)
	if err != nil {
		return err
	}
	if m := v.state.Manifest(); r.Root() != m.RollRoot {
		return errors.New("roll is not the manifest's")
	}
	v.roll = r
	return nil
}

// newRoll builds the tree over the members that have a place in it.
func newRoll(all []store.Member) (*roll, error) {
	r := &roll{numbers: make(map[string]uint32), badges: make(map[[32]byte]uint32)}
	for _, m := range all {
		if m.Place != nil {
			r.members = append(r.members, m)
		}
	}
	leaves := make([]election.Leaf, len(r.members))
	sorted := make([]store.Member, len(r.members))
	for _, m := range r.members {
		i := m.Place.Index
		if int(i) >= len(leaves) {
			return nil, fmt.Errorf("roll index %d of %d", i, len(leaves))
		}
		leaves[i] = election.Leaf{Index: i, Key: m.Badge, Commitment: election.CommitNumber(m.Place.Salt, m.Number)}
		sorted[i] = m
		if m.Standing == election.OnLeave {
			r.leave++
		}
		r.numbers[m.Number] = i
		r.badges[m.Badge] = i
	}
	r.members = sorted
	var err error
	r.Roll, err = election.NewRoll(leaves)
	return r, err
}

// replace notes the key of a new badge. The old one still finds its leaf, and
// is then refused by name.
func (r *roll) replace(e *election.Entry) {
	if b, err := election.ParseBadge(e.Body); err == nil {
		r.badges[b.Key] = b.Index
		r.members[b.Index].PIN = "" // store.Tx.DropPIN
	}
}

// badge returns the leaf that a badge key speaks for now. It runs on the vote's
// goroutine.
func (v *vote) badge(key [32]byte) (election.Leaf, error) {
	if v.roll == nil {
		return election.Leaf{}, refuse(codeNotOpen)
	}
	index, ok := v.roll.badges[key]
	if !ok {
		return election.Leaf{}, refuse(codeNotInRoll)
	}
	leaf := v.roll.Leaf(index)
	if v.state.BadgeKey(leaf) != key {
		return election.Leaf{}, refuse(codeBadBadge)
	}
	return leaf, nil
}

// getLeaf serves GET /votes/{vote}/roll/{key}. Whoever knows the key has seen
// the badge, or the issuance in the log.
func (s *Server) getLeaf(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	key, err := parseHex32(chi.URLParam(r, "key"))
	if err != nil {
		return err
	}
	var answer []byte
	err = v.do(r.Context(), func() error {
		leaf, err := v.badge(key)
		if err != nil {
			return err
		}
		path, err := v.roll.Path(leaf.Index)
		answer = client.MarshalLeaf(leaf, path)
		return err
	})
	if err != nil {
		return err
	}
	return writeBytes(w, mediaBinary, answer)
}

// seedRequest is what a terminal stores: epoch u32 ‖ sealed[72] ‖ sig[64].
const (
	seedBody    = 4 + client.SealedSeed
	seedRequest = seedBody + 64
)

// putSeed serves PUT /votes/{vote}/seeds/{index} (PROTOCOL.md, "Sealed seed").
func (s *Server) putSeed(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	body, err := readBody(w, r, seedRequest)
	if err != nil {
		return err
	}
	index, err := strconv.ParseUint(chi.URLParam(r, "index"), 10, 32)
	if err != nil {
		return because(codeNotFound, err)
	}
	if len(body) != seedRequest {
		return refuse(codeBadForm)
	}
	if err := s.admitBadge(r, v, uint32(index), body); err != nil {
		return err
	}
	epoch := binary.BigEndian.Uint32(body)
	var kept store.SealedSeed
	// Check and write are one step: a badge entry between them would leave the
	// new badge with a seed that it cannot open.
	err = v.do(r.Context(), func() error {
		err := v.checkSeed(uint32(index), body)
		if err == nil {
			kept, err = v.config.DB.KeepSeed(r.Context(), v.id, epoch, uint32(index), store.SealedSeed(body[4:seedBody]))
		}
		return err
	})
	if errors.Is(err, store.ErrBoxShut) {
		return v.notRunning(epoch)
	}
	if err != nil {
		return err
	}
	return writeBytes(w, mediaBinary, kept[:])
}

// admitBadge lets a badge ask at a terminal: the device, then the badge, then
// its PIN. Without the PIN nobody gets the sealed seed, with which one could ask
// the box whether the deputy has cast.
func (s *Server) admitBadge(r *http.Request, v *vote, index uint32, body []byte) error {
	if err := s.demandTerminal(r, v); err != nil {
		return err
	}
	var pin string
	err := v.do(r.Context(), func() error {
		if err := v.checkSeed(index, body); err != nil {
			return err
		}
		pin = v.pinOf(index)
		return nil
	})
	if err != nil {
		return err
	}
	s.noteBadge(r, v.view.Load().epoch)
	return s.checkPIN(r, v, index, pin)
}

// checkSeed lets only the badge of the leaf store a seed: others could fill the
// disk, or be first with one that nobody can open.
func (v *vote) checkSeed(index uint32, body []byte) error {
	if v.roll == nil || v.state.Opening() == nil {
		return refuse(codeNotOpen)
	}
	if int(index) >= v.roll.Len() {
		return refuse(codeNotInRoll)
	}
	key := v.state.BadgeKey(v.roll.Leaf(index))
	if err := group.VerifySignature(key[:], "badge seed", v.state.ManifestHash(), body[:seedBody], body[seedBody:]); err != nil {
		return because(codeBadBadge, err)
	}
	if !v.state.CheckedIn(index) {
		return refuse(codeNotCheckedIn)
	}
	return nil
}

// notRunning says why an epoch takes nothing.
func (v *vote) notRunning(epoch uint32) error {
	now := v.view.Load()
	if now.phase == election.PhaseVoting && epoch != now.epoch {
		return refuse(codeOldEpoch)
	}
	return notVoting(now.phase)
}
