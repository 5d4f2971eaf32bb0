package client

import (
	"strings"
	"testing"
)

func TestBadge(t *testing.T) {
	seed := [32]byte{1, 2, 3, 31: 255}
	text := FormatBadge(seed)
	if want := "PJ1:AEBAGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD76OTKAGA"; text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	typed := strings.ToLower(text[:9]) + " " + text[9:20] + "-" + text[20:] + "\r\n"
	digits := FormatBadgeDigits(seed)
	if len(digits) != badgeDigits || strings.Trim(digits, "0123456789") != "" {
		t.Errorf("digits: %s", digits)
	}
	wide := strings.Map(func(r rune) rune { return r + 0xfee0 }, digits)
	for _, text := range []string{text, typed, digits, digits + "\r\n", wide, strings.Replace(text, ":", "：", 1)} {
		if got, err := ParseBadge(text); got != seed || err != nil {
			t.Errorf("%q: got %x, %v", text, got, err)
		}
	}
}

func TestBadgeRefuses(t *testing.T) {
	text := FormatBadge([32]byte{7})
	for i := range text {
		for _, c := range "A7" {
			if bad := text[:i] + string(c) + text[i+1:]; bad != text {
				if _, err := ParseBadge(bad); err != ErrBadge {
					t.Errorf("%s: got %v", bad, err)
				}
			}
		}
	}
	for _, bad := range []string{"", "PJ1:", text[4:], text[:61], text + "A", "PJ2:" + text[4:], text + "=", text + "ſ"} {
		if _, err := ParseBadge(bad); err != ErrBadge {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestBadgeDigitsRefuse(t *testing.T) {
	text := FormatBadgeDigits([32]byte{7})
	for i := range text {
		for _, c := range "09" {
			if bad := text[:i] + string(c) + text[i+1:]; bad != text {
				if _, err := ParseBadge(bad); err != ErrBadge {
					t.Errorf("%s: got %v", bad, err)
				}
			}
		}
	}
	for _, bad := range []string{text[1:], "0" + text, text + "0", strings.Repeat("9", badgeDigits), "+" + text[1:]} {
		if _, err := ParseBadge(bad); err != ErrBadge {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func FuzzParseBadge(f *testing.F) {
	f.Add(FormatBadge([32]byte{1}))
	f.Add(FormatBadgeDigits([32]byte{1}))
	f.Fuzz(func(t *testing.T, text string) {
		seed, err := ParseBadge(text)
		if err != nil {
			return
		}
		want := strings.ToUpper(strings.Map(dropGaps, text))
		if got := FormatBadge(seed); got != want && FormatBadgeDigits(seed) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
