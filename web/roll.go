package web

import (
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

// roll is the roll of a frozen vote. Who is on it is in the database.
type roll struct {
	*election.Roll
	leave   uint32              // how many are on leave
	renewed map[[32]byte]uint32 // badge keys of badge entries to index
}

// loadRoll builds the roll and compares it with the manifest's.
func (v *vote) loadRoll(ctx context.Context) error {
	count, err := v.config.DB.CountRoll(ctx, v.id)
	if err != nil {
		return err
	}
	r, err := v.newRoll(count)
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
func (v *vote) newRoll(count store.RollCount) (*roll, error) {
	tree, err := election.ReadRoll(count.Places, func(from, to uint32) ([]election.Leaf, error) {
		return v.config.DB.Leaves(context.Background(), v.id, from, to) // nothing on the vote's goroutine is left half-way
	})
	return &roll{tree, count.Leave, make(map[[32]byte]uint32)}, err
}

// replace notes the key of a new badge. The old one still finds its leaf, and
// is then refused by name.
func (r *roll) replace(e *election.Entry) {
	if b, err := election.ParseBadge(e.Body); err == nil {
		r.renewed[b.Key] = b.Index
	}
}

// owner returns for whom a badge was made. It runs on the vote's goroutine.
func (v *vote) owner(key [32]byte) (index uint32, err error) {
	if index, ok := v.roll.renewed[key]; ok {
		return index, nil
	}
	m, err := v.config.DB.MemberWithBadge(context.Background(), v.id, key)
	switch {
	case err != nil:
		return 0, err
	case m.Place == nil:
		return 0, store.ErrNotFound
	}
	return m.Place.Index, nil
}

// badge returns the leaf that a badge key speaks for now. It runs on the vote's
// goroutine.
func (v *vote) badge(key [32]byte) (election.Leaf, error) {
	if v.roll == nil {
		return election.Leaf{}, refuse(codeNotOpen)
	}
	index, err := v.owner(key)
	if errors.Is(err, store.ErrNotFound) {
		return election.Leaf{}, refuse(codeNotInRoll)
	}
	if err != nil {
		return election.Leaf{}, err
	}
	leaf, err := v.roll.Leaf(index)
	if err == nil && v.state.BadgeKey(leaf) != key {
		err = refuse(codeBadBadge)
	}
	return leaf, err
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
		var err error
		pin, err = v.pinOf(r.Context(), index)
		return err
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
	leaf, err := v.roll.Leaf(index)
	if err != nil {
		return err
	}
	key := v.state.BadgeKey(leaf)
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
