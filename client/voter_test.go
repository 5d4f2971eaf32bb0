package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// errLost is what a Transport returns when nobody knows what happened.
var errLost = errors.New("connection lost")

func choice(options ...int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, 3)}
	for _, o := range options {
		c.Marks[o] = ballot.For
	}
	return c
}

func (h *hall) voter(send client.Transport, badge int) *client.Voter {
	h.t.Helper()
	return client.NewVoter(h.board(send), h.badges[badge])
}

// credentialed takes a voter up to the credential.
func (h *hall) credentialed(send client.Transport, badge int) *client.Voter {
	h.t.Helper()
	v := h.voter(send, badge)
	check(h.t, v.Identify())
	check(h.t, v.Obtain())
	return v
}

func (h *hall) cast(badge int, c ballot.Choice) *client.Voter {
	h.t.Helper()
	v := h.credentialed(h.send, badge)
	_, err := v.Seal(c)
	check(h.t, err)
	check(h.t, v.Cast())
	return v
}

func TestVoterToReceipt(t *testing.T) {
	h := voting(t)
	v := h.cast(0, choice(0, 2))
	other := h.cast(1, ballot.Choice{Abstain: true})
	decline := h.credentialed(h.send, 2)
	check(t, decline.Decline())
	if h.boxed != 3 {
		t.Errorf("%d requests were marked for the box, want 3", h.boxed)
	}
	if v.Promise().Entry == other.Promise().Entry {
		t.Error("B2: two voters have one tracking code")
	}
	h.close()
	for _, voter := range []*client.Voter{v, other, decline} {
		fresh := h.board(h.send)
		r, err := fresh.Receipt(voter.Promise().Entry)
		check(t, err)
		if _, err := r.Verify(voter.Promise().Entry, fresh.Policy()); err != nil {
			t.Error(err)
		}
	}
	if n := h.state.Numbers(); n.R != 2 || n.U != 1 || n.I != 3 {
		t.Errorf("numbers %+v", n)
	}
}

// TestReceiptOfAnotherHistory (S1): a receipt proves its entry under a signed
// root that is not the one that the board saw.
func TestReceiptOfAnotherHistory(t *testing.T) {
	h := voting(t)
	entry := h.cast(0, choice(0)).Promise().Entry
	h.cast(1, choice(1))
	h.cast(2, choice(1))
	h.close()
	b := h.board(h.send)
	r, err := b.Receipt(entry)
	check(t, err)
	check(t, b.CheckReceipt(entry, r))
	h.rewrite(0, h.log.entries[1])
	if err := b.CheckReceipt(entry, h.receipt(entry)); !errors.Is(err, client.ErrBoard) {
		t.Errorf("error %v, want ErrBoard", err)
	}
}

// TestEarlyReceipt: a receipt under a checkpoint before the closing one does
// not show that the ballot was counted.
func TestEarlyReceipt(t *testing.T) {
	h := voting(t)
	code := h.cast(0, choice(0)).Promise().Entry
	h.cast(1, choice(1))
	h.close()
	b := h.board(h.send)
	late := h.receipt(code)
	check(t, b.CheckReceipt(code, late))
	size := late.Index + 1
	short := &memory{}
	_, err := audit.Append(t.Context(), short, 0, h.log.entries[:size])
	check(t, err)
	proof, err := audit.ProveInclusion(t.Context(), short, size, late.Index)
	check(t, err)
	early := &audit.Receipt{Index: late.Index, Proof: proof, Checkpoint: h.checkpoint(size)}
	if err := b.CheckReceipt(code, early); !errors.Is(err, audit.ErrReceipt) {
		t.Errorf("error %v, want ErrReceipt", err)
	}
}

// TestOtherVector (V7): an issuer signs the messages that the log names, and no
// others under the same entry.
func TestOtherVector(t *testing.T) {
	h := voting(t)
	var body []byte
	spy := func(r client.Request) ([]byte, error) {
		if strings.HasSuffix(r.Path, "/issuances") {
			body = r.Body
		}
		return h.send(r)
	}
	h.credentialed(spy, 0)
	if _, _, _, err := client.ParseIssuance(body, 2); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := client.ParseIssuance(flip(-1)(bytes.Clone(body)), 2); err == nil {
		t.Error("accepted a blinded message whose hash is not logged")
	}
}

// TestOtherCredential: a badge whose leaf has an issuance for other secrets
// says so, before anything is asked of the issuers.
func TestOtherCredential(t *testing.T) {
	h := voting(t)
	h.credentialed(h.send, 0)
	clear(h.seeds) // the server lost or hides the sealed seed
	v := h.voter(h.send, 0)
	check(t, v.Identify())
	if err := v.Obtain(); !errors.Is(err, client.ErrOther) {
		t.Errorf("error %v, want ErrOther", err)
	}
}

func TestReceiptBeforeClose(t *testing.T) {
	h := voting(t)
	v := h.cast(0, choice(0))
	if _, err := v.Receipt(); err == nil {
		t.Error("there is a receipt before the close")
	}
}

// TestLostAnswers (V13) loses every single answer on the way from badge to
// promise, and goes on at another terminal: one ballot counts, and it is the
// one whose promise the deputy has.
func TestLostAnswers(t *testing.T) {
	for lost := range 6 {
		t.Run(fmt.Sprint("answer ", lost), func(t *testing.T) {
			h := voting(t)
			n := 0
			lossy := func(r client.Request) ([]byte, error) {
				answer, err := h.send(r)
				if strings.HasPrefix(r.Path, "/board/") {
					return answer, err
				}
				n++
				if n-1 == lost {
					return nil, errLost
				}
				return answer, err
			}
			first, err := journey(h.voter(lossy, 0), choice(0))
			if err != nil && !errors.Is(err, errLost) {
				t.Fatal(err)
			}
			second, err := journey(h.voter(h.send, 0), choice(1))
			check(t, err)
			if len(h.box) != 1 {
				t.Fatalf("%d ballots in the box", len(h.box))
			}
			if first != nil && first.Entry != second.Entry {
				t.Error("the two terminals hold promises of different ballots")
			}
		})
	}
}

// journey takes all steps, as a terminal does for a badge it has never seen.
func journey(v *client.Voter, c ballot.Choice) (*audit.Promise, error) {
	if err := v.Identify(); err != nil {
		return nil, err
	}
	if err := v.Obtain(); err != nil {
		return nil, err
	}
	if decided, err := v.Resume(); decided || err != nil {
		return v.Promise(), err
	}
	if _, err := v.Seal(c); err != nil {
		return nil, err
	}
	if err := v.Cast(); err != nil {
		return nil, err
	}
	return v.Promise(), nil
}

func TestCastAgain(t *testing.T) {
	h := voting(t)
	lose := true
	lossy := func(r client.Request) ([]byte, error) {
		answer, err := h.send(r)
		if lose && strings.HasSuffix(r.Path, "/ballots") {
			return nil, errLost
		}
		return answer, err
	}
	v := h.credentialed(lossy, 0)
	_, err := v.Seal(choice(0))
	check(t, err)
	if err := v.Cast(); !errors.Is(err, errLost) || v.Promise() != nil {
		t.Fatalf("error %v, promise %v", err, v.Promise())
	}
	if _, err := v.Seal(choice(1)); !errors.Is(err, client.ErrDecided) {
		t.Errorf("sealed a second ballot after a lost answer: %v", err)
	}
	lose = false
	check(t, v.Cast())
	if len(h.box) != 1 {
		t.Errorf("%d ballots in the box", len(h.box))
	}
}

func TestChallenge(t *testing.T) {
	h := voting(t)
	v := h.credentialed(h.send, 0)
	code, err := v.Seal(choice(0, 1))
	check(t, err)
	revealed, err := v.Challenge()
	check(t, err)
	if !h.spent[code] {
		t.Error("revealed a ballot whose seal code is not on record")
	}
	p := h.state.Params()
	bits, err := p.CheckRevealed(revealed, code)
	check(t, err)
	if c := p.Grid().Read(bits); c.Marks[0] != ballot.For || c.Marks[1] != ballot.For || c.Marks[2] == ballot.For {
		t.Errorf("revealed %+v", c)
	}
	if err := v.Cast(); err == nil {
		t.Error("B3: cast a challenged ballot")
	}
	again, err := v.Seal(choice(0, 1))
	check(t, err)
	if again == code {
		t.Error("G10: the fresh ballot has the old seal code")
	}
	check(t, v.Cast())
	if _, err := v.Challenge(); err == nil {
		t.Error("B3: challenged a cast ballot")
	}
}

// TestChallengeNotRecorded: if the box did not record the code, nothing is
// revealed, and the ballot is still the deputy's to cast.
func TestChallengeNotRecorded(t *testing.T) {
	h := voting(t)
	lossy := func(r client.Request) ([]byte, error) {
		if strings.HasSuffix(r.Path, "/challenges") {
			return nil, errLost
		}
		return h.send(r)
	}
	v := h.credentialed(lossy, 0)
	_, err := v.Seal(choice(0))
	check(t, err)
	if r, err := v.Challenge(); r != nil || !errors.Is(err, errLost) {
		t.Errorf("revealed %v, %v", r, err)
	}
	check(t, v.Cast())
}

func TestBadgeNotOnRoll(t *testing.T) {
	h := voting(t)
	v := client.NewVoter(h.board(h.send), seedOf("stranger"))
	var refusal *client.Refusal
	if err := v.Identify(); !errors.As(err, &refusal) {
		t.Errorf("error %v", err)
	}
}

func TestReplacedBadge(t *testing.T) {
	h := newHall(t)
	h.approve()
	h.ceremony()
	h.append(entry(election.NewEntry(&election.Badge{Chain: h.chain(), Index: 0, Key: public(keyOf("fresh badge"))})), h.scrutineerSign(1), h.scrutineerSign(2))
	h.open(0, 1)
	if err := h.voter(h.send, 0).Identify(); !errors.Is(err, client.ErrRoll) {
		t.Errorf("the lost badge: %v, want ErrRoll", err)
	}
}

func TestNotCheckedIn(t *testing.T) {
	h := voting(t)
	v := h.voter(h.send, 5)
	check(t, v.Identify())
	var refusal *client.Refusal
	if err := v.Obtain(); !errors.As(err, &refusal) {
		t.Errorf("error %v, want a refusal", err)
	}
}

func TestNotOpen(t *testing.T) {
	h := newHall(t)
	v := h.voter(h.send, 0)
	check(t, v.Identify())
	if err := v.Obtain(); !errors.Is(err, client.ErrNotOpen) {
		t.Errorf("error %v, want ErrNotOpen", err)
	}
}

// TestOneIssuer: a set of one issuer that is not the server works as well.
func TestOneIssuer(t *testing.T) {
	h := newHall(t)
	h.approve()
	h.ceremony()
	h.open(0)
	h.cast(0, choice(1))
}

// TestWipe: nothing of a deputy who left stays usable, whatever was under way.
func TestWipe(t *testing.T) {
	h := voting(t)
	v := h.credentialed(h.send, 0)
	_, err := v.Seal(choice(0))
	check(t, err)
	v.Wipe()
	if v.Promise() != nil || v.Index() != 0 {
		t.Error("something is left")
	}
	if err := v.Cast(); err == nil {
		t.Error("cast after Wipe")
	}
	if _, err := v.Seal(choice(0)); err == nil {
		t.Error("sealed after Wipe")
	}
	h.cast(0, choice(1)) // the twin: the badge itself is as good as before
	client.NewVoter(h.board(h.send), h.badges[1]).Wipe()
}

// TestPromised tells a ballot from a declaration, on the terminal that made it
// and on one that finds it in the box.
func TestPromised(t *testing.T) {
	h := voting(t)
	if got := h.cast(0, choice(0)).Promised(); got != election.KindBallot {
		t.Errorf("got %v, want a ballot", got)
	}
	v := h.credentialed(h.send, 1)
	if v.Promised() != 0 {
		t.Error("promised before anything was cast")
	}
	check(t, v.Decline())
	for badge, want := range []election.Kind{election.KindBallot, election.KindUnused} {
		again := h.credentialed(h.send, badge)
		decided, err := again.Resume()
		check(t, err)
		if got := again.Promised(); !decided || got != want {
			t.Errorf("badge %d: got %v, want %v", badge, got, want)
		}
	}
}
