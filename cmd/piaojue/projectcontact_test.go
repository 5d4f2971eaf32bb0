package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/keyfile"
	"piaojue/lang"
)

// sealContact writes what a server gives of a wish.
func sealContact(t *testing.T, path, text, recipient string) {
	t.Helper()
	var sealed bytes.Buffer
	w, err := keyfile.EncryptTo(&sealed, recipient)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(path, sealed.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestProjectContact: a contact is printed to who has the key it was sealed to,
// and to nobody else; what a citizen typed does not steer the terminal.
func TestProjectContact(t *testing.T) {
	keyfile.TestOnlyWorkFactor(10)
	defer keyfile.TestOnlyWorkFactor(0)
	dir := t.TempDir()
	recipients := make(map[string]string)
	for _, name := range []string{"own.age", "other.age"} {
		file, recipient, err := keyfile.GenerateIdentityFile("correct horse")
		if err == nil {
			err = keyfile.Write(filepath.Join(dir, name), file)
		}
		if err != nil {
			t.Fatal(err)
		}
		recipients[name] = recipient
	}
	sealContact(t, filepath.Join(dir, "contact.age"), "意见编号：3\n称呼：李秀英\x1b[2J\n电话：13612345678\n", recipients["own.age"])
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte("李秀英"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file, key, passphrase string
		status                      int
	}{
		{"good", "contact.age", "own.age", "correct horse", exitDone},
		{"another key", "contact.age", "other.age", "correct horse", exitFailed},
		{"another passphrase", "contact.age", "own.age", "wrong horse", exitFailed},
		{"no age file", "text", "own.age", "correct horse", exitFailed},
		{"a contact for a key", "contact.age", "contact.age", "correct horse", exitFailed},
	} {
		var out bytes.Buffer
		tool := newTestTool(lang.ZH)
		tool.out = &out
		tool.env = func(name string) string {
			return map[string]string{"PIAOJUE_PASSPHRASE": c.passphrase}[name]
		}
		status := tool.run(t.Context(), []string{"--lang", "zh", "project", "contact", filepath.Join(dir, c.file), "--key", filepath.Join(dir, c.key)})
		said := out.String()
		if status != c.status || strings.Contains(said, "13612345678") != (c.status == exitDone) || strings.Contains(said, "\x1b") {
			t.Errorf("%s: status %d: %q", c.name, status, said)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 4 {
		t.Errorf("files %v", left)
	}
}
