package golden

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

const origin = "example.com/vote"

func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// signedCheckpoint is a checkpoint of five entries, and its storage.
func signedCheckpoint(t *testing.T) ([]byte, *storage) {
	t.Helper()
	s := &storage{}
	tree, err := audit.Append(t.Context(), s, 0, [][]byte{{0}, {1}, {2}, {3}, {4}})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := audit.Sign(audit.Checkpoint{Origin: origin, Size: 5, Root: tree.Hash}, testKey(origin))
	if err != nil {
		t.Fatal(err)
	}
	return signed, s
}

func witnessKey(t *testing.T, name string) *audit.Key {
	t.Helper()
	k, err := audit.WitnessKey(name, [32]byte(testKey(name)[32:]))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What we sign and cosign others verify.
func TestOthersVerify(t *testing.T) {
	signed, _ := signedCheckpoint(t)
	line, err := audit.Cosign(signed, "w", testKey("w"), 1700000000)
	if err != nil {
		t.Fatal(err)
	}
	logKey, err := audit.LogKey(origin, [32]byte(testKey(origin)[32:]))
	if err != nil {
		t.Fatal(err)
	}
	log, err := note.NewVerifier(logKey.String())
	if err != nil {
		t.Fatal(err)
	}
	witness, err := fnote.NewVerifierForCosignatureV1(witnessKey(t, "w").String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(append(signed, line...), note.VerifierList(log, witness))
	if err != nil || len(n.Sigs) != 2 {
		t.Fatalf("others see %v, %v; want two signatures", n, err)
	}
	at, err := fnote.CoSigV1Timestamp(n.Sigs[1])
	if err != nil || at.Unix() != 1700000000 {
		t.Errorf("others see time %v, %v", at, err)
	}
}

// What others cosign we verify.
func TestWeVerify(t *testing.T) {
	signed, _ := signedCheckpoint(t)
	k := witnessKey(t, "w")
	parts := strings.SplitN(k.String(), "+", 3)
	secret := append([]byte{4}, testKey("w").Seed()...)
	skey := "PRIVATE+KEY+" + parts[0] + "+" + parts[1] + "+" + base64.StdEncoding.EncodeToString(secret)
	witness, err := fnote.NewSignerForCosignatureV1(skey)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(signed), "\n\n")
	cosigned, err := note.Sign(&note.Note{Text: text + "\n"}, witness)
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := bytes.Cut(cosigned, []byte("\n\n"))
	logKey, err := audit.LogKey(origin, [32]byte(testKey(origin)[32:]))
	if err != nil {
		t.Fatal(err)
	}
	p := makePolicy(t, "witness w "+k.String()+"\nquorum w\n", logKey)
	if _, err := p.Open(signed); err == nil {
		t.Error("without a cosignature: no error")
	}
	if s, err := p.OpenExact(append(signed, line...)); err != nil || len(s.Witnesses) != 1 {
		t.Errorf("with a cosignature: %v, %v", s, err)
	}
}

// Receipts are the same bytes, both ways.
func TestReceipt(t *testing.T) {
	signed, s := signedCheckpoint(t)
	path, err := audit.ProveInclusion(t.Context(), s, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	ours := audit.Receipt{Index: 3, Proof: path, Checkpoint: signed, Extra: []byte("extra")}
	var theirs proof.TLogProof
	if err := theirs.Unmarshal(ours.Marshal()); err != nil {
		t.Fatal(err)
	}
	if theirs.Index != 3 || len(theirs.Hashes) != len(path) || tlog.Hash(theirs.Hashes[0]) != path[0] {
		t.Errorf("others read %v", theirs)
	}
	if got, want := theirs.Marshal(), ours.Marshal(); !bytes.Equal(got, want) {
		t.Errorf("others write %q, want %q", got, want)
	}
	if _, err := audit.ParseReceipt(theirs.Marshal()); err != nil {
		t.Error(err)
	}
}
