package form

import (
	"crypto/ed25519"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"piaojue/lang"
)

func key(seed byte) (k [32]byte) {
	secret := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), 32)))
	copy(k[:], secret.Public().(ed25519.PublicKey))
	return k
}

var badges = []Badge{{Number: "兰001", Key: key(1)}, {Number: "=2", Key: key(2)}}

func TestBadgesRoundTrip(t *testing.T) {
	got, err := ReadBadges(WriteBadges(lang.ZH, badges))
	if err != nil || !reflect.DeepEqual(got, badges) {
		t.Errorf("got %v, %v", got, err)
	}
	upper := strings.ToUpper(string(WriteBadges(lang.ZH, badges)))
	if got, err := ReadBadges([]byte(upper)); err != nil || !reflect.DeepEqual(got, badges) {
		t.Errorf("upper case: got %v, %v", got, err)
	}
}

func TestBadgesRefuses(t *testing.T) {
	one := key(1)
	good := hex.EncodeToString(one[:])
	if _, err := ReadBadges([]byte("代表证号,公钥\n1," + good + "\n")); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ rows, want string }{
		"no number":        {"," + good + "\n", "2 代表证号 row.required"},
		"no key":           {"1,\n", "2 公钥 row.required"},
		"short":            {"1," + good[1:] + "\n", "2 公钥 row.key"},
		"long":             {"1," + good + "00\n", "2 公钥 row.key"},
		"not hexadecimal":  {"1,g" + good[1:] + "\n", "2 公钥 row.key"},
		"small order":      {"1,01" + strings.Repeat("0", 62) + "\n", "2 公钥 row.key"},
		"not canonical":    {"1,ee" + strings.Repeat("f", 60) + "7f\n", "2 公钥 row.key"},
		"same key (K7)":    {"1," + good + "\n2," + good + "\n", "3 公钥 row.duplicate"},
		"same number (K7)": {"1," + good + "\n1," + hex.EncodeToString(badges[1].Key[:]) + "\n", "3 代表证号 row.duplicate"},
	} {
		_, err := ReadBadges([]byte("代表证号,公钥\n" + tt.rows))
		if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func FuzzReadBadges(f *testing.F) {
	f.Add(WriteBadges(lang.ZH, badges))
	f.Fuzz(func(t *testing.T, data []byte) {
		badges, err := ReadBadges(data)
		if err != nil {
			return
		}
		again, err := ReadBadges(WriteBadges(lang.ZH, badges))
		if err != nil || !reflect.DeepEqual(again, badges) {
			t.Errorf("got %v, %v; want %v", again, err, badges)
		}
	})
}
