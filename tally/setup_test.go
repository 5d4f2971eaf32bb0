package tally

import (
	"bytes"
	"encoding/binary"
	"testing"

	"piaojue/group"
)

func TestSetupCheck(t *testing.T) {
	good, _ := newSetup(3, 5)
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	many, _ := newSetup(2, 3)
	for len(many.StaticKeys) < 256 {
		next := new(group.Element).Add(many.StaticKeys[0], many.StaticKeys[len(many.StaticKeys)-1])
		many.StaticKeys = append(many.StaticKeys, next.Encode())
	}
	tests := map[string]struct {
		spoil func(s *Setup)
		want  string
	}{
		"thresholdZero":      {func(s *Setup) { s.Threshold = 0 }, errThreshold.Error()},
		"thresholdOne":       {func(s *Setup) { s.Threshold = 1 }, errThreshold.Error()},
		"thresholdAboveN":    {func(s *Setup) { s.Threshold = 6 }, errThreshold.Error()},
		"thresholdNegative":  {func(s *Setup) { s.Threshold = -3 }, errThreshold.Error()},
		"noTrustees":         {func(s *Setup) { s.StaticKeys = nil }, errThreshold.Error()},
		"tooManyTrustees":    {func(s *Setup) { s.StaticKeys = many.StaticKeys }, errTrustees.Error()},
		"noSession":          {func(s *Setup) { s.Session = nil }, errSession.Error()},
		"keyIsIdentityG5":    {func(s *Setup) { s.StaticKeys[1] = group.NewElement() }, "tally: static key of trustee 2 is the identity"},
		"keyIsMissing":       {func(s *Setup) { s.StaticKeys[4] = nil }, "tally: static key of trustee 5 is the identity"},
		"keyOccursTwiceK4K7": {func(s *Setup) { s.StaticKeys[3] = s.StaticKeys[0] }, "tally: static key of trustee 4 is another trustee's"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &Setup{good.Threshold, good.Session, append([]*group.Element(nil), good.StaticKeys...)}
			test.spoil(s)
			if err := s.Check(); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	many.StaticKeys = many.StaticKeys[:255]
	if err := many.Check(); err != nil {
		t.Errorf("255 trustees: %v", err)
	}
}

// Everything a context must bind changes it.
func TestContextBindsSetup(t *testing.T) {
	s, _ := newSetup(2, 3)
	k := s.StaticKeys
	for name, other := range map[string]*Setup{
		"session": {2, SessionID([32]byte{1}, [32]byte{2}, 2), k},
		"order":   {2, s.Session, []*group.Element{k[1], k[0], k[2]}},
		"fewer":   {2, s.Session, k[:2]},
		"key":     {2, s.Session, []*group.Element{k[0], k[1], group.Generator()}},
	} {
		if other.Context() == s.Context() {
			t.Errorf("%s is not in the context", name)
		}
	}
	same := &Setup{2, bytes.Clone(s.Session), k}
	if same.Context() != s.Context() {
		t.Error("context of equal setups differs")
	}
}

func TestSessionID(t *testing.T) {
	id := SessionID([32]byte{1}, [32]byte{2}, 7)
	if len(id) != 68 || id[0] != 1 || id[32] != 2 || binary.BigEndian.Uint32(id[64:]) != 7 {
		t.Errorf("session id %x", id)
	}
}

// Static keys are checked against the index, so nobody deals for another.
func TestStaticKeyMustBelongToIndex(t *testing.T) {
	s, statics := newSetup(2, 3)
	if _, err := Deal(s, 1, statics[0]); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		i    int
		key  *group.Scalar
		want error
	}{
		"othersKey":  {1, statics[1], errStatic},
		"zeroKey":    {1, group.NewScalar(), errStatic},
		"indexZero":  {0, statics[0], errIndex},
		"indexAbove": {4, statics[0], errIndex},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Deal(s, test.i, test.key)
			wantError(t, err, test.want)
		})
	}
}
