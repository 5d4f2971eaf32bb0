package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/project"
)

// TestSignProject: what the draft says is shown from the entry itself, texts only
// if the entry commits to them, and the signature is that of the key.
func TestSignProject(t *testing.T) {
	keyfile.TestOnlyWorkFactor(10)
	defer keyfile.TestOnlyWorkFactor(0)
	dir := t.TempDir()
	secret := generateKey(keyfile.Staff, card{})
	sealed, err := keyfile.Seal(secret, "correct horse")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	key, pass := filepath.Join(dir, "staff.age"), filepath.Join(dir, "pass")
	check(keyfile.Write(key, sealed))
	check(os.WriteFile(pass, []byte("correct horse\n"), 0o600))
	file, blob := project.NewBlob([32]byte{1}, project.MediaText, []byte("地质条件变化"))
	e, err := project.NewEntry(7, 3, 20261122, &project.Request{Project: 5, For: project.RuledSuspend, Text: blob})
	check(err)
	log := [32]byte{9}
	draft := func(contents string) string {
		return fmt.Sprintf(`{"format":%q,"log":"%x","entry":"%x","contents":[%s]}`, draftFormat, log, e.Marshal(), contents)
	}
	for _, c := range []struct {
		name, draft, want string
		status            int
	}{
		{"good", draft(`"` + hex.EncodeToString(file) + `"`), "地质条件变化", exitDone},
		{"another text", draft(`"` + hex.EncodeToString(append(file, 'x')) + `"`), "", exitFailed},
		{"no draft", `{"format":"x"}`, "", exitFailed},
		{"no entry", strings.Replace(draft(""), fmt.Sprintf("%x", e.Marshal()), "00", 1), "", exitFailed},
	} {
		path := filepath.Join(dir, c.name)
		check(os.WriteFile(path, []byte(c.draft), 0o600))
		var out bytes.Buffer
		tool := newTestTool(lang.ZH)
		tool.out = &out
		status := tool.run(t.Context(), []string{"--lang", "zh", "project", "sign", "--key", key, "--passphrase-file", pass, "--yes", path, "-o", path + ".signed"})
		if status != c.status || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: status %d: %s", c.name, status, out.String())
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "good.signed"))
	check(err)
	signed, err := project.ParseEntry(raw)
	check(err)
	sk, err := roleKey(secret)
	check(err)
	pk := sk.Public().(ed25519.PublicKey)
	if err := group.VerifyMessage(pk, signed.Message(log), signed.Signature); err != nil {
		t.Errorf("the signature is false: %v", err)
	}
	if group.VerifyMessage(pk, signed.Message([32]byte{8}), signed.Signature) == nil {
		t.Error("it is good for another log as well")
	}
}
