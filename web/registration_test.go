package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRegistration: a code registers one device, once and for a quarter of an
// hour, however it is typed.
func TestRegistration(t *testing.T) {
	s := newStage(t)
	c := s.newClock()
	s.draft()
	code := s.terminalCode()
	if len(code) != codeLength+1 || strings.Trim(code, codeLetters+"-") != "" {
		t.Errorf("code %q", code)
	}
	for _, wrong := range []string{"", "3333-3333", code[:5]} {
		if got := s.register(wrong, "seat", "1"); got.code() != codeTerminalCode {
			t.Errorf("code %q: %d %s", wrong, got.status, got.body)
		}
	}
	typed := " " + strings.ToLower(strings.ReplaceAll(code, "-", " — ")) + "\t"
	for _, body := range []string{
		`{"code":%q,"kind":"phone","label":"1"}`, `{"code":%q,"kind":"seat","label":""}`, `{"code":%q,"kind":"seat","label":" 1"}`,
		`{"code":%q,"kind":"seat","label":"` + strings.Repeat("席", maxLabel+1) + `"}`, `{"code":%q,"kind":"seat","label":"1\n2"}`,
		`{"code":%q,"kind":"seat","label":"1","zone":"\u0007"}`,
	} {
		if got := s.send("", "POST", "/terminals", fmt.Appendf(nil, body, typed)); got.code() != codeBadForm {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := s.register(typed, "seat", "1"); got.status != http.StatusCreated {
		t.Errorf("as typed: %d %s", got.status, got.body)
	}
	if got := s.register(code, "seat", "2"); got.code() != codeTerminalCode {
		t.Errorf("a second time: %d %s", got.status, got.body)
	}
	code = s.terminalCode()
	if got := s.register(code, "shared", "1"); got.code() != codeExists {
		t.Errorf("the same place: %d %s", got.status, got.body)
	}
	c.add(codeLife)
	if got := s.register(code, "shared", "2"); got.status != http.StatusCreated {
		t.Errorf("at its last moment: %d %s", got.status, got.body)
	}
	code = s.terminalCode()
	c.add(codeLife + time.Second)
	if got := s.register(code, "shared", "3"); got.code() != codeTerminalCode {
		t.Errorf("too late: %d %s", got.status, got.body)
	}
}

// TestRegistrationHashed: what the database keeps of a code is no quick hash of it, and
// says nothing to who has not the folder of keys.
func TestRegistrationHashed(t *testing.T) {
	var kept [][32]byte
	const code = "ACDEFHJK"
	for range 2 {
		s := newStage(t)
		s.draft()
		hash, err := s.server.hashCode(t.Context(), code)
		must(t, err)
		if hash == sha256.Sum256([]byte(code)) {
			t.Error("it is SHA-256")
		}
		now := time.Now().Unix()
		must(t, s.config.DB.PutTerminalCode(t.Context(), s.vote, hash, now, now+60))
		kept = append(kept, hash)
		s.restart()
		if got := s.register(code, "seat", "1"); got.status != http.StatusCreated {
			t.Errorf("the code, after a start: %d %s", got.status, got.body)
		}
		must(t, s.config.DB.PutTerminalCode(t.Context(), s.vote, sha256.Sum256([]byte(code)), now, now+60))
		if got := s.register(code, "seat", "2"); got.code() != codeTerminalCode {
			t.Errorf("a quick hash: %d %s", got.status, got.body)
		}
	}
	if kept[0] == kept[1] {
		t.Error("two servers keep the same of one code")
	}
}

// TestRegistrationTurns (S8): codes are hashed in the turns of passwords, or guesses
// would take all cores.
func TestRegistrationTurns(t *testing.T) {
	s := newStage(t)
	for range maxHashes {
		must(t, s.server.hasher.take(t.Context()))
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.server.hashCode(late, "ACDEFHJK"); err == nil {
		t.Error("hashed without a turn")
	}
	<-s.server.hasher.turns
	if _, err := s.server.hashCode(t.Context(), "ACDEFHJK"); err != nil {
		t.Errorf("with a turn: %v", err)
	}
}

// TestRegistrationIdle (S8): where no code waits, whoever tries some takes no turn from
// those who sign in.
func TestRegistrationIdle(t *testing.T) {
	s := newStage(t)
	s.draft()
	for range maxHashes {
		must(t, s.server.hasher.take(t.Context()))
	}
	if got := s.register("ACDEFHJK", "seat", "1"); got.code() != codeTerminalCode {
		t.Errorf("a code where there are none: %d %s", got.status, got.body)
	}
	for range maxHashes {
		<-s.server.hasher.turns
	}
	code := s.terminalCode()
	if got := s.register(code, "seat", "1"); got.status != http.StatusCreated {
		t.Errorf("a code: %d %s", got.status, got.body)
	}
}

// TestRegistrationLimit (S10): codes cannot be tried one after the other.
func TestRegistrationLimit(t *testing.T) {
	s := newStage(t)
	for i := range maxRegistrations + 1 {
		want := codeTerminalCode
		if i == maxRegistrations {
			want = codeRateLimited
		}
		if got := s.register("333", "seat", "1"); got.code() != want {
			t.Fatalf("try %d: %d %s", i, got.status, got.body)
		}
	}
}

func FuzzReadCode(f *testing.F) {
	f.Add("k7pm-3xqd")
	f.Add("Ｋ７ＰＭ　３Ｘ")
	f.Fuzz(func(t *testing.T, typed string) {
		code := readCode(typed)
		if again := readCode(code); again != code {
			t.Errorf("%q reads as %q and then as %q", typed, code, again)
		}
	})
}
