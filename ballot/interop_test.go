//go:build !js

package ballot

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// peer is another implementation of RFC 9474, in another language.
type peer struct {
	requests io.WriteCloser
	answers  *bufio.Reader
}

// startPeer installs the pinned npm package once into build/ and starts it. A
// machine without node and npm fails the test: skipping it would hide that
// nobody compared.
func startPeer(t *testing.T) *peer {
	t.Helper()
	dir := filepath.Join("..", "build", "ballot-interop")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh := true
	for _, name := range []string{"package.json", "package-lock.json", "peer.mjs"} {
		fresh = copyFile(t, filepath.Join("testdata", "interop", name), filepath.Join(dir, name)) && fresh
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json")); err != nil || !fresh {
		npm := exec.CommandContext(t.Context(), "npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts")
		npm.Dir = dir
		if out, err := npm.CombinedOutput(); err != nil {
			t.Fatalf("npm ci: %v\n%s", err, out)
		}
	}
	return runPeer(t, dir)
}

// copyFile reports whether the copy was there already.
func copyFile(t *testing.T, from, to string) bool {
	t.Helper()
	want, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err == nil && bytes.Equal(got, want) {
		return true
	}
	if err := os.WriteFile(to, want, 0o644); err != nil {
		t.Fatal(err)
	}
	return false
}

func runPeer(t *testing.T, dir string) *peer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "peer.mjs")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	return &peer{requests: in, answers: bufio.NewReader(out)}
}

// call sends byte strings and returns those of the answer.
func (p *peer) call(t *testing.T, op string, args map[string][]byte) map[string][]byte {
	t.Helper()
	request := map[string]string{"op": op}
	for name, b := range args {
		request[name] = hex.EncodeToString(b)
	}
	if err := json.NewEncoder(p.requests).Encode(request); err != nil {
		t.Fatal(err)
	}
	line, err := p.answers.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(line, &raw); err != nil {
		t.Fatal(err)
	}
	answer := map[string][]byte{}
	for name, v := range raw {
		switch v := v.(type) {
		case bool:
			answer[name] = []byte{byte(bit(v))}
		case string:
			b, err := hex.DecodeString(v)
			if err != nil || name == "error" {
				t.Fatalf("%s: %s", op, v)
			}
			answer[name] = b
		}
	}
	return answer
}

// TestInterop: V5, both ways. The other side asks and our issuer signs; we ask
// and the other side signs.
func TestInterop(t *testing.T) {
	p := startPeer(t)
	v := newVote(t, small["choose_1"])
	s := v.issuers[0]
	modulus := s.PublicKey().Modulus()
	t.Run("their request", func(t *testing.T) {
		key := run(0x42)
		message := preparedMessage([32]byte{}, v.manifest, v.opening, key)[32:]
		asked := p.call(t, "blind", map[string][]byte{"modulus": modulus, "message": message})
		blindSig, err := s.BlindSign(asked["blinded"])
		if err != nil {
			t.Fatal(err)
		}
		got := p.call(t, "finalize", map[string][]byte{
			"modulus": modulus, "prepared": asked["prepared"], "blindSig": blindSig, "inv": asked["inv"],
		})
		c := &Credential{Key: key, Prefix: [32]byte(asked["prepared"][:32]), Signatures: [][]byte{got["sig"]}}
		if err := v.verifyCredential(c); err != nil {
			t.Error(err)
		}
	})
	t.Run("their answer", func(t *testing.T) {
		r, err := NewRequest(run(0x43), v.manifest, v.opening, v.config.Issuers)
		if err != nil {
			t.Fatal(err)
		}
		answer := p.call(t, "blindSign", map[string][]byte{"pkcs8": s.Marshal(), "blinded": r.Blinded()[0]})
		if want := v.sign(t, r)[0]; !bytes.Equal(answer["blindSig"], want) {
			t.Error("their blind signature is not ours")
		}
		c, err := r.Finalize([][]byte{answer["blindSig"]})
		if err != nil {
			t.Fatal(err)
		}
		prepared := preparedMessage(c.Prefix, v.manifest, v.opening, c.Key)
		for i, want := range []byte{1, 0} {
			prepared = slices.Clone(prepared)
			prepared[60] ^= byte(i)
			got := p.call(t, "verify", map[string][]byte{"modulus": modulus, "prepared": prepared, "sig": c.Signatures[0]})
			if got["valid"][0] != want {
				t.Errorf("their verifier says %d, want %d", got["valid"][0], want)
			}
		}
	})
}
