package ballot

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"piaojue/group"
)

// TestCastOrChallenge: B3. A sealed ballot is finished or revealed, once.
func TestCastOrChallenge(t *testing.T) {
	v := newVote(t, small["select_k"])
	w, bits := v.voter(t, 0), v.someBits(t)
	encrypt := func() *Sealed {
		s, err := v.Encrypt(bits, w.credential.Key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Run("discard then neither", func(t *testing.T) {
		s := encrypt()
		s.Discard()
		if _, err := s.Finish(w.credential, w.sk); !errors.Is(err, ErrSpent) {
			t.Errorf("finish: got %v", err)
		}
		if _, err := s.Reveal(); !errors.Is(err, ErrSpent) {
			t.Errorf("reveal: got %v", err)
		}
		if slices.Contains(s.bits, true) || !s.randomness[0].IsZero() {
			t.Error("marks or randomness are still there")
		}
	})
	t.Run("finish then reveal", func(t *testing.T) {
		s := encrypt()
		seal := s.SealCode()
		body, err := s.Finish(w.credential, w.sk)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.mustPass(t, body).SealCode(); got != seal {
			t.Error("the ballot has another seal code than was shown")
		}
		if r, err := s.Reveal(); r != nil || !errors.Is(err, ErrSpent) {
			t.Errorf("got %v", err)
		}
		if body, err := s.Finish(w.credential, w.sk); body != nil || !errors.Is(err, ErrSpent) {
			t.Errorf("finish again: got %v", err)
		}
	})
	t.Run("reveal then finish", func(t *testing.T) {
		s := encrypt()
		seal := s.SealCode()
		r, err := s.Reveal()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.CheckRevealed(r, seal); err != nil || !slices.Equal(got, bits) {
			t.Errorf("got %v, %v, want %v", got, err, bits)
		}
		if body, err := s.Finish(w.credential, w.sk); body != nil || !errors.Is(err, ErrSpent) {
			t.Errorf("got %v", err)
		}
		if s.SealCode() != seal {
			t.Error("seal code changed")
		}
	})
	t.Run("race", func(t *testing.T) {
		s := encrypt()
		var done atomic.Int32
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = s.Reveal()
				} else {
					_, err = s.Finish(w.credential, w.sk)
				}
				if err == nil {
					done.Add(1)
				}
			})
		}
		group.Wait()
		if got := done.Load(); got != 1 {
			t.Errorf("used %d times", got)
		}
	})
}

// TestErased: what would open a cast ballot is gone after Finish.
func TestErased(t *testing.T) {
	v := newVote(t, small["select_k"])
	w := v.voter(t, 0)
	s, err := v.Encrypt(v.someBits(t), w.credential.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(w.credential, w.sk); err != nil {
		t.Fatal(err)
	}
	for i := range s.bits {
		if s.bits[i] || !s.randomness[i].IsZero() {
			t.Errorf("position %d is still there", i)
		}
	}
}

// TestFreshRandomness: G10. Two encryptions of one choice, or of one mark, have
// no element in common.
func TestFreshRandomness(t *testing.T) {
	v := newVote(t, small["select_k"])
	bits, key := v.someBits(t), v.voter(t, 0).credential.Key
	seen := map[[32]byte]bool{}
	for range 3 {
		s, err := v.Encrypt(bits, key)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.ciphertexts {
			for _, e := range []*group.Element{&s.ciphertexts[i].Alpha, &s.ciphertexts[i].Beta} {
				if k := [32]byte(e.Bytes()); seen[k] {
					t.Fatal("an element occurs twice")
				} else {
					seen[k] = true
				}
			}
		}
	}
}

func TestEncryptRefuses(t *testing.T) {
	v := newVote(t, small["select_k"])
	key := v.voter(t, 0).credential.Key
	for name, bits := range map[string][]bool{
		"too short": make([]bool, 4), "too long": make([]bool, 6), "none": nil, "over": {true, true, true, false, false},
	} {
		if _, err := v.Encrypt(bits, key); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestCheckRevealed: a device that sealed something else is found out.
func TestCheckRevealed(t *testing.T) {
	v := newVote(t, small["select_k"])
	bits := v.fill(t, Choice{Marks: []Mark{For, None, None}})
	reveal := func(change func(r *Revealed)) (*Revealed, [32]byte) {
		s, err := v.Encrypt(bits, v.voter(t, 0).credential.Key)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Reveal()
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		return r, s.SealCode()
	}
	flip := func(r *Revealed) { r.bits[0], r.bits[1] = false, true }
	tests := []struct {
		name   string
		change func(r *Revealed)
		want   error
	}{
		{"good twin", func(*Revealed) {}, nil},
		{"other mark", flip, ErrProof},
		{"other randomness", func(r *Revealed) { r.randomness[2].Add(&r.randomness[2], integer(1)) }, ErrProof},
		{"a position less", func(r *Revealed) { r.bits = r.bits[:4] }, ErrForm},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, seal := reveal(test.change)
			if _, err := v.CheckRevealed(r, seal); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	f := v.forge(v.voter(t, 0), []int64{1, 1, 1, 0, 0})
	r := &Revealed{bits: []bool{true, true, true, false, false}, randomness: f.randomness}
	if _, err := v.CheckRevealed(r, v.sealCode(f.ciphertexts)); !errors.Is(err, ErrProof) {
		t.Errorf("marks that no ballot may bear: got %v", err)
	}
}

func TestParseRevealed(t *testing.T) {
	v := newVote(t, small["select_k"])
	s, err := v.Encrypt(v.someBits(t), v.voter(t, 0).credential.Key)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Reveal()
	if err != nil {
		t.Fatal(err)
	}
	good := r.Marshal()
	for i, test := range []struct {
		name string
		b    []byte
	}{
		{"good twin", good},
		{"empty", nil},
		{"cut", good[:len(good)-1]},
		{"trailing", append(bytes.Clone(good), 0)},
		{"count", alter(good, func(b []byte) { b[1]++ })},
		{"mark", alter(good, func(b []byte) { b[2] = 2 })},
		{"G8 randomness", alter(good, func(b []byte) { addOrder(b[3:35]) })},
	} {
		r, err := ParseRevealed(test.b)
		if i > 0 != errors.Is(err, ErrForm) || i == 0 && err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if err == nil {
			if got, err := v.CheckRevealed(r, s.SealCode()); err != nil || !slices.Equal(got, v.someBits(t)) {
				t.Errorf("%s: got %v, %v", test.name, got, err)
			}
		}
	}
}

func TestNewParamsRefuses(t *testing.T) {
	good := newVote(t, small["select_k"]).config
	for i, test := range []struct {
		name   string
		change func(c *Config)
	}{
		{"good twin", func(*Config) {}},
		{"no grid", func(c *Config) { c.Grid = nil }},
		{"empty grid", func(c *Config) { c.Grid = new(Grid) }},
		{"no joint key", func(c *Config) { c.JointKey = nil }},
		{"G6 joint key is the identity", func(c *Config) { c.JointKey = group.NewElement() }},
		{"one issuer twice", func(c *Config) { c.Issuers = append(c.Issuers[:1:1], c.Issuers[0]) }},
	} {
		c := good
		test.change(&c)
		if _, err := NewParams(c); (err != nil) != (i > 0) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
