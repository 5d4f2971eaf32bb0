package form

import (
	"strings"
	"testing"

	"piaojue/lang"
)

func TestPIN(t *testing.T) {
	seen := make(map[string]bool)
	for range 20 {
		pin := GeneratePIN()
		if !pinPattern.MatchString(pin) {
			t.Errorf("%q", pin)
		}
		seen[pin] = true
	}
	if len(seen) < 15 {
		t.Errorf("only %d of 20 PINs are distinct", len(seen))
	}
	check := HashPIN("012345")
	if !CheckPIN(check, "012345") {
		t.Error("the PIN is refused")
	}
	if check == HashPIN("012345") {
		t.Error("two checks of one PIN are the same: no salt")
	}
	for _, pin := range []string{"012346", "", "12345", "0123456", "01234５", "012345\n"} {
		if CheckPIN(check, pin) {
			t.Errorf("%q is taken", pin)
		}
	}
}

// TestPINVector pins the format, which the server of another release must read.
// The hash is what OpenSSL makes of the same.
func TestPINVector(t *testing.T) {
	const check = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$kR31IcRu0zQDe9W/F4xm22OpFi7iPsb8/cTFH2ywmo4"
	if !CheckPIN(check, "012345") || CheckPIN(check, "012344") {
		salt, _, _ := parsePIN(check)
		t.Errorf("want %s", pinEncoding.EncodeToString(hashPIN("012345", salt)))
	}
}

func TestBadgePINs(t *testing.T) {
	withPIN := []Badge{badges[0], badges[1]}
	check := HashPIN("123456")
	withPIN[0].PIN, withPIN[1].PIN = check, HashPIN("000000")
	table := string(WriteBadges(lang.ZH, withPIN))
	if !strings.HasPrefix(table, bom+"代表证号,公钥,PIN校验\r\n") {
		t.Errorf("header: %q", table[:60])
	}
	got, err := ReadBadges([]byte(table))
	if err != nil || got[0] != withPIN[0] || got[1] != withPIN[1] {
		t.Errorf("got %v, %v", got, err)
	}
	for name, tt := range map[string]struct{ old, new, want string }{
		"none":          {check, "", "2 PIN校验 row.required"},
		"clear":         {check, "123456", "2 PIN校验 row.pin"},
		"other costs":   {"m=19456,t=2", "m=4194304,t=99", "2 PIN校验 row.pin; 3 PIN校验 row.pin"},
		"argon2i":       {"$argon2id", "$argon2i", "2 PIN校验 row.pin; 3 PIN校验 row.pin"},
		"short":         {check, check[:len(check)-4], "2 PIN校验 row.pin"},
		"trailing bits": {check, check[:len(check)-1] + "B", "2 PIN校验 row.pin"},
		"line break":    {check, check[:50] + "\n" + check[50:], "2 PIN校验 row.pin"},
	} {
		_, err := ReadBadges([]byte(strings.ReplaceAll(table, tt.old, tt.new)))
		if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func FuzzParsePIN(f *testing.F) {
	f.Add(HashPIN("123456"))
	f.Fuzz(func(t *testing.T, check string) {
		salt, hash, ok := parsePIN(check)
		if !ok {
			return
		}
		if got := pinPrefix + pinEncoding.EncodeToString(salt) + "$" + pinEncoding.EncodeToString(hash); got != check {
			t.Errorf("%q comes back as %q", check, got)
		}
	})
}
