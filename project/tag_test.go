package project

import "testing"

func TestTag(t *testing.T) {
	if got, want := (Tag{TagSuggestion, 42}).String(), "S00042-"; got[:7] != want {
		t.Errorf("%s", got)
	}
	for of := TagDeputy; of <= lastTag; of++ {
		for _, n := range []uint32{1, 572, 99999, 100000, 1<<32 - 1} {
			tag := Tag{of, n}
			if got, err := ParseTag(tag.String()); err != nil || got != tag {
				t.Errorf("%s: %v, %v", tag, got, err)
			}
		}
	}
	if (Tag{}).String() != "" || (Tag{TagProject, 0}).String() != "" || (Tag{9, 1}).String() != "" {
		t.Error("what is no code has one")
	}
}

// TestTagMistyped: every wrong digit, every wrong letter and every two
// neighbours swapped are found.
func TestTagMistyped(t *testing.T) {
	good := Tag{TagProject, 20417}.String()
	try := func(text string) {
		t.Helper()
		if _, err := ParseTag(text); err == nil && text != good {
			t.Errorf("%s passes for %s", text, good)
		}
	}
	for i := range good {
		for c := byte('0'); c <= 'Z'; c++ {
			try(good[:i] + string(c) + good[i+1:])
		}
		if i > 1 {
			try(good[:i-1] + good[i:i+1] + good[i-1:i] + good[i+1:])
		}
		try(good[:i])
	}
	for _, text := range []string{"P000020417-" + good[7:], "p20417-" + good[7:], good + "0", " " + good, "P+0417-3", ""} {
		try(text)
	}
}

func FuzzParseTag(f *testing.F) {
	f.Add("S00042-1")
	f.Fuzz(func(t *testing.T, text string) {
		if tag, err := ParseTag(text); err == nil && tag.String() != text {
			t.Errorf("%q is %q", text, tag)
		}
	})
}
