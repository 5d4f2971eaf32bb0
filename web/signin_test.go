package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"piaojue/store"
)

// TestSignIn (S10): name or staff number, password and code; what is wrong gets
// one and the same answer.
func TestSignIn(t *testing.T) {
	o := newOffice(t)
	zhang := o.join("zhang", store.RoleStaff)
	var wrong []byte
	for i, x := range []signInRequest{
		{"nobody", testPassword, o.code(zhang)},
		{"zhang", "other " + testPassword, o.code(zhang)},
		{"zhang", testPassword, ""},
		{"zhang", testPassword, "000000"},
		{"zhang", strings.ToUpper(testPassword), o.code(zhang)},
		{"admin", testPassword, ""}, // has an API key and no account
	} {
		if i == 3 {
			o.restart() // attempts are kept; the next would be the fifth
			must(t, o.config.DB.DropAttempts(t.Context(), accountKey("zhang")))
		}
		got := o.signIn(&desk{stage: o.stage}, x.Name, x.Password, x.Code)
		if got.code() != codeWrongSignIn || got.status != http.StatusUnauthorized || len(got.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%d: %d %s", i, got.status, got.body)
		}
		if wrong != nil && !bytes.Equal(got.body, wrong) {
			t.Errorf("%d: another answer: %s", i, got.body)
		}
		wrong = got.body
	}
	for _, name := range []string{"zhang", " ZHANG ", "n-zhang", "Ｎ－ＺＨＡＮＧ"} {
		d := &desk{stage: o.stage, secret: zhang.secret}
		o.wait(time.Minute)
		if got := o.signIn(d, name, testPassword, o.code(d)); got.status != http.StatusOK || d.who() != "zhang" {
			t.Errorf("%q: %d %s", name, got.status, got.body)
		}
	}
	o.wait(time.Minute)
	if got := o.signIn(zhang, "zhang", "兰州　horse battery ９１", o.code(zhang)); got.status != http.StatusOK {
		t.Errorf("typed in full width: %d %s", got.status, got.code())
	}
	o.wait(3 * 365 * 24 * time.Hour) // passwords do not grow old
	if got := o.signIn(zhang, "zhang", testPassword, o.code(zhang)); got.status != http.StatusOK {
		t.Errorf("after three years: %d %s", got.status, got.code())
	}
}

// TestCodes (S10): a code serves once, and only near its time.
func TestCodes(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RolePresidium)
	code := o.code(d)
	if got := o.signIn(d, "zhang", testPassword, code); got.status != http.StatusOK {
		t.Fatalf("first: %d %s", got.status, got.body)
	}
	if got := o.signIn(d, "zhang", testPassword, code); got.code() != codeWrongSignIn {
		t.Errorf("the same code again: %d %s", got.status, got.code())
	}
	now := time.Unix(1_800_000_000, 0)
	secret := generateDevice()
	for steps, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		shown, err := totp.GenerateCode(secret, now.Add(time.Duration(steps)*codePeriod*time.Second))
		must(t, err)
		step := codeStep(secret, shown, now, 0)
		if got := step > 0; got != want {
			t.Errorf("code of %d steps away: %t", steps, got)
		}
		if want && codeStep(secret, shown, now, step) != 0 {
			t.Errorf("code of %d steps away serves twice", steps)
		}
	}
}

// TestCodeRace (S10): of requests with one code at the same time, one is let in.
func TestCodeRace(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	code := o.code(d)
	statuses := make(chan int, 4)
	for range cap(statuses) {
		go func() { statuses <- o.signIn(&desk{stage: o.stage}, "zhang", testPassword, code).status }()
	}
	in := 0
	for range cap(statuses) {
		if <-statuses == http.StatusOK {
			in++
		}
	}
	if in != 1 {
		t.Errorf("%d are signed in with one code", in)
	}
}

// TestLockOut (S10): after five wrong tries nobody gets in for 15 minutes, then
// for twice as long; names that nobody has are locked the same way.
func TestLockOut(t *testing.T) {
	o := newOffice(t)
	zhang := o.join("zhang", store.RoleStaff)
	fail := func(name string, n int) (codes []code) {
		for range n {
			codes = append(codes, o.signIn(&desk{stage: o.stage}, name, "wrong password", "123456").code())
		}
		return codes
	}
	want := append(slices.Repeat([]code{codeWrongSignIn}, maxFailures-1), codeLocked, codeLocked)
	for _, name := range []string{"zhang", "nobody"} {
		if got := fail(name, maxFailures+1); !slices.Equal(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	right := func() answer { return o.signIn(zhang, "zhang", testPassword, o.code(zhang)) }
	if got := right(); got.code() != codeLocked || got.status != http.StatusTooManyRequests {
		t.Errorf("the right password while locked: %d %s", got.status, got.code())
	}
	o.restart() // and it outlives the server
	if got := right(); got.code() != codeLocked {
		t.Errorf("after a restart: %d %s", got.status, got.code())
	}
	o.wait(firstLock)
	if got := fail("zhang", maxFailures); got[0] != codeWrongSignIn || got[maxFailures-1] != codeLocked {
		t.Errorf("after the first lock: %s", got)
	}
	o.wait(firstLock + time.Minute)
	if got := right(); got.code() != codeLocked {
		t.Errorf("the second lock is as short as the first: %d %s", got.status, got.code())
	}
	o.wait(firstLock)
	if got := right(); got.status != http.StatusOK {
		t.Errorf("after the second lock: %d %s", got.status, got.code())
	}
	if got := fail("zhang", maxFailures-1); slices.Contains(got, codeLocked) {
		t.Errorf("what failed before a success still counts: %s", got)
	}
	if lockAfter(100) != longestLock || lockAfter(1) != 2*firstLock {
		t.Error("locks grow wrongly")
	}
	n := 0
	for _, a := range o.acts() {
		if a == "account_locked zhang" {
			n++
		}
		if strings.Contains(a, "nobody") {
			t.Errorf("the log has a name that nobody has: %s", a)
		}
	}
	if n != 2 {
		t.Errorf("%d locks are logged, want 2", n)
	}
}

// TestBusyIsNoTry: while a server is too busy to compare passwords, those who give
// theirs do not lock themselves out.
func TestBusyIsNoTry(t *testing.T) {
	o := newOffice(t)
	zhang := o.join("zhang", store.RoleStaff)
	for range maxHashes {
		o.server.hasher.turns <- struct{}{}
	}
	account, err := o.config.DB.AccountByName(t.Context(), "zhang", "")
	must(t, err)
	for range maxFailures + 1 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if err := o.server.checkSignIn(ctx, account, accountKey("zhang"), testPassword, "123456"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("busy: %v", err)
		}
		cancel()
	}
	for range maxHashes {
		<-o.server.hasher.turns
	}
	if got := o.signIn(zhang, "zhang", testPassword, o.code(zhang)); got.status != http.StatusOK {
		t.Errorf("after that: %d %s", got.status, got.code())
	}
}

// TestGuessesAtOnce (S10): a hundred guesses at the same time are five.
func TestGuessesAtOnce(t *testing.T) {
	o := newOffice(t)
	o.join("zhang", store.RoleStaff)
	key := accountKey("zhang")
	results := make(chan error, 100)
	for range cap(results) {
		go func() { _, err := o.server.try(context.Background(), key); results <- err }()
	}
	allowed := 0
	for range cap(results) {
		if <-results == nil {
			allowed++
		}
	}
	if allowed != maxFailures {
		t.Errorf("%d tries were allowed, want %d", allowed, maxFailures)
	}
}

// TestSignInRate (S10): one address cannot try many names.
func TestSignInRate(t *testing.T) {
	o := newOffice(t)
	var last answer
	for range maxSignIns + 1 {
		last = (&desk{stage: o.stage}).browse("POST", "/welcome", `{"token":"guess"}`)
	}
	if last.code() != codeRateLimited {
		t.Errorf("after %d tries: %d %s", maxSignIns, last.status, last.code())
	}
	if got := o.send("", "GET", "/healthz", nil); got.status != http.StatusOK {
		t.Errorf("other routes: %d", got.status)
	}
}

// TestHashes (S8): passwords are hashed as OWASP says, few at a time, and an
// account that is not there takes the same work.
func TestHashes(t *testing.T) {
	cheap := hashParams
	hashParams = shippedParams
	t.Cleanup(func() { hashParams = cheap })
	h, err := newHasher()
	must(t, err)
	hash, err := h.hash(t.Context(), testPassword)
	must(t, err)
	for _, x := range []string{hash, h.decoy} {
		if !strings.HasPrefix(x, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("hash is %s", x)
		}
	}
	if ok, err := h.matches(t.Context(), testPassword, hash); !ok || err != nil {
		t.Errorf("right password: %t, %v", ok, err)
	}
	for _, other := range []string{testPassword + " ", "", strings.ToUpper(testPassword)} {
		if ok, err := h.matches(t.Context(), other, hash); ok || err != nil {
			t.Errorf("%q: %t, %v", other, ok, err)
		}
	}
	if ok, err := h.matches(t.Context(), testPassword, ""); ok || err != nil {
		t.Errorf("no account: %t, %v", ok, err)
	}
	for range maxHashes {
		h.turns <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := h.hash(ctx, testPassword); err == nil {
		t.Error("more passwords are hashed at once than may")
	}
}

// TestVault: a device's secret opens for its person, with the server's key.
func TestVault(t *testing.T) {
	o := newOffice(t)
	secret := generateDevice()
	sealed, err := o.server.vault.seal(secret, "zhang")
	must(t, err)
	if got, err := o.server.vault.open(sealed, "zhang"); got != secret || err != nil {
		t.Errorf("open: %v", err)
	}
	other := &vault{key: make([]byte, 32)}
	broken := bytes.Clone(sealed)
	broken[len(broken)-1] ^= 1
	for name, open := range map[string]func() (string, error){
		"another person": func() (string, error) { return o.server.vault.open(sealed, "li") },
		"another key":    func() (string, error) { return other.open(sealed, "zhang") },
		"a flipped bit":  func() (string, error) { return o.server.vault.open(broken, "zhang") },
		"nothing":        func() (string, error) { return o.server.vault.open(nil, "zhang") },
	} {
		if got, err := open(); got != "" || err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: opens, or tells: %v", name, err)
		}
	}
}

func FuzzPassword(f *testing.F) {
	f.Add("兰州 horse battery 91", "ＡＢ １２")
	f.Fuzz(func(t *testing.T, password, number string) {
		if checkPassword(password, store.Account{}) == nil && len([]rune(password)) < 2 {
			t.Errorf("%q is allowed", password)
		}
		if once := staffNumber(number); staffNumber(once) != once {
			t.Errorf("%q has the spellings %q and %q", number, once, staffNumber(once))
		}
	})
}
