package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"piaojue/client"
	"piaojue/election"
)

// changing is a server that changes answers on the way.
func (h *hall) changing(path string, change func([]byte) []byte) client.Transport {
	return func(r client.Request) ([]byte, error) {
		answer, err := h.send(r)
		if err == nil && strings.Contains(r.Path, path) {
			answer = change(bytes.Clone(answer))
		}
		return answer, err
	}
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
}

func TestLyingServer(t *testing.T) {
	tests := []struct {
		name, path string
		change     func([]byte) []byte
		want       error
	}{
		{"honest", "/nothing", nil, nil},
		{"falsePromise", "/ballots", flip(-1), client.ErrPromise},
		{"shortPromise", "/ballots", func(b []byte) []byte { return b[:63] }, client.ErrPromise},
		{"emptyPromise", "/ballots", func([]byte) []byte { return nil }, client.ErrPromise},
		{"badBlindSignature", "/issuances", flip(-1), client.ErrIssuer},
		{"otherIssuer", "/issuances", flip(0), client.ErrIssuer},
		{"shortSignature", "/issuances", func(b []byte) []byte { return b[:20] }, client.ErrIssuer},
		{"foreignSeed", "/seeds/", flip(30), client.ErrSeed},
		{"noSeed", "/seeds/", func([]byte) []byte { return nil }, client.ErrSeed},
		{"falseLeaf", "/roll/", flip(40), client.ErrRoll},
		{"falsePath", "/roll/", flip(-1), client.ErrRoll},
		{"otherIndex", "/roll/", flip(3), client.ErrRoll},
		{"longLeaf", "/roll/", func(b []byte) []byte { return append(b, 0) }, client.ErrRoll},
		{"falseQuery", "/queries", func([]byte) []byte { return append([]byte{1}, make([]byte, 96)...) }, client.ErrPromise},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := voting(t)
			_, err := journey(h.voter(h.changing(test.path, test.change), 0), choice(0))
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

// TestForeignPromise (B2): a server that drops a ballot and answers the query
// with another deputy's entry, whose promise is true, is found out.
func TestForeignPromise(t *testing.T) {
	h := voting(t)
	other := h.cast(1, choice(1))
	h.cast(2, choice(1))
	lying := func(r client.Request) ([]byte, error) {
		switch {
		case strings.HasSuffix(r.Path, "/ballots"):
			return nil, errLost // dropped
		case strings.HasSuffix(r.Path, "/queries"):
			for _, raw := range h.box {
				if election.HashEntry(raw) == other.Promise().Entry {
					sig := other.Promise().Signature
					return append(append([]byte{1}, sig[:]...), raw...), nil
				}
			}
		}
		return h.send(r)
	}
	v := h.credentialed(lying, 0)
	_, err := v.Seal(choice(0))
	check(t, err)
	if err := v.Cast(); !errors.Is(err, errLost) {
		t.Fatal(err)
	}
	if _, err := v.Resume(); !errors.Is(err, client.ErrPromise) || v.Promise() != nil {
		t.Errorf("error %v, promise %v", err, v.Promise())
	}
}

// TestRefusedCast: what the box refused is not in it. The deputy seals again,
// or declines.
func TestRefusedCast(t *testing.T) {
	h := voting(t)
	v := h.credentialed(h.send, 0)
	code, err := v.Seal(choice(0))
	check(t, err)
	h.spent[code] = true // a challenge whose answer was lost
	var refusal *client.Refusal
	if err := v.Cast(); !errors.As(err, &refusal) {
		t.Fatalf("error %v, want a refusal", err)
	}
	_, err = v.Seal(choice(0))
	check(t, err)
	check(t, v.Cast())
	if err := v.Decline(); err != nil || len(h.box) != 1 {
		t.Errorf("declined a cast credential: %v, %d in the box", err, len(h.box))
	}
}

// TestFaultAtCast (S3): after an answer that does not say what became of a ballot, be
// it stored or not, the same ballot is sent again, and no other can be sealed.
func TestFaultAtCast(t *testing.T) {
	for _, fault := range []client.Refusal{
		{Status: 503, Code: "storage"}, {Status: 500, Code: "internal"}, {Status: 502}, {Status: 504},
		{Status: 408, Code: "slow"}, {Status: 429, Code: "rate_limited"}, {Status: 403}, // of a proxy
	} {
		for _, stored := range []bool{true, false} {
			for name, hand := range map[string]func(*client.Voter) error{"cast": (*client.Voter).Cast, "decline": (*client.Voter).Decline} {
				h := voting(t)
				var sent [][]byte
				v := h.credentialed(func(r client.Request) ([]byte, error) {
					if !r.Box {
						return h.send(r)
					}
					if sent = append(sent, r.Body); len(sent) > 1 {
						return h.send(r)
					}
					if stored {
						if _, err := h.send(r); err != nil {
							return nil, err
						}
					}
					return nil, &fault
				}, 0)
				if name == "cast" {
					_, err := v.Seal(choice(0))
					check(t, err)
				}
				var refusal *client.Refusal
				if err := hand(v); !errors.As(err, &refusal) {
					t.Fatalf("%v: error %v, want a refusal", fault, err)
				}
				if _, err := v.Seal(choice(1)); err == nil {
					t.Errorf("%v, stored %v: %s: another ballot is sealed", fault, stored, name)
				}
				if err := hand(v); err != nil || v.Promise() == nil || len(h.box) != 1 || len(sent) != 2 || !bytes.Equal(sent[0], sent[1]) {
					t.Errorf("%v, stored %v: %s again: %v, %d sent, %d in the box", fault, stored, name, err, len(sent), len(h.box))
				}
			}
		}
	}
}

// TestFalseProofs: a ballot that the box has looked at and refused for good, since too
// many of its key were false, keeps nobody from handing the credential in unused.
func TestFalseProofs(t *testing.T) {
	h := voting(t)
	v := h.credentialed(func(r client.Request) ([]byte, error) {
		if strings.HasSuffix(r.Path, "/ballots") {
			return nil, &client.Refusal{Status: 429, Code: "false_proofs"}
		}
		return h.send(r)
	}, 0)
	_, err := v.Seal(choice(0))
	check(t, err)
	if v.Cast() == nil {
		t.Fatal("a refused ballot is cast")
	}
	check(t, v.Decline())
}

// TestDeclineAfterCast: a ballot whose answer is lost is never sent as unused.
func TestDeclineAfterCast(t *testing.T) {
	h := voting(t)
	var paths []string
	lossy := func(r client.Request) ([]byte, error) {
		if r.Box {
			paths = append(paths, r.Path)
			return nil, errLost
		}
		return h.send(r)
	}
	v := h.credentialed(lossy, 0)
	_, err := v.Seal(choice(0))
	check(t, err)
	if err := v.Cast(); !errors.Is(err, errLost) {
		t.Fatal(err)
	}
	if err := v.Decline(); !errors.Is(err, client.ErrDecided) {
		t.Errorf("error %v, want ErrDecided", err)
	}
	if len(paths) != 1 {
		t.Errorf("sent %v", paths)
	}
}

// TestNoTrackingCodeOnTheWire: nothing that names a ballot travels on the
// connection that carried the badge.
func TestNoTrackingCodeOnTheWire(t *testing.T) {
	h := voting(t)
	var open []client.Request
	watch := func(r client.Request) ([]byte, error) {
		if !r.Box {
			open = append(open, r)
		}
		return h.send(r)
	}
	b := h.board(watch)
	v := client.NewVoter(b, h.badges[0])
	_, err := journey(v, choice(0))
	check(t, err)
	h.cast(1, choice(1))
	h.close()
	check(t, b.Update())
	_, err = v.Receipt()
	check(t, err)
	code := v.Promise().Entry
	for _, r := range open {
		if strings.Contains(r.Path, fmt.Sprintf("%x", code)) || bytes.Contains(r.Body, code[:]) {
			t.Errorf("%s %s names the ballot", r.Method, r.Path)
		}
	}
}
