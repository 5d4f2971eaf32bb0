package web

import (
	"sort"
	"strings"
	"testing"

	"piaojue/store"
)

// TestCommonPasswords (S10): what many people have, in whatever letters, and what
// is made of words of this place, is refused; what is as long and neither is not,
// whatever kinds of characters it has.
func TestCommonPasswords(t *testing.T) {
	const size = 100_000
	if got := len(commonHashes); got != size*commonSize {
		t.Fatalf("%d bytes of hashes, want %d", got, size*commonSize)
	}
	if !sort.SliceIsSorted(make([]struct{}, size), func(i, j int) bool {
		return commonHashes[i*commonSize:][:commonSize] < commonHashes[j*commonSize:][:commonSize]
	}) {
		t.Error("the hashes are not in order")
	}
	for password, want := range map[string]bool{
		"qwertyuiop": false, "password123": false, "Q1w2e3r4t5": false, "1Q2W3E4R5T": false, "ＷＯＡＩＮＩ１３１４": false,
		"manchester": false, "birthday11": false, "stefan4444": false, "warouttop3": false,
		"piaojue2026": false, "Admin-2026!": false, "票决人大代表密码123456": false, "renda-daibiao": false,
		"stefan4444 x": true, "piaojue horse staple": true, "739184620571": true, "correcthorse": true, "!@#$%^&*()_+": true,
		"山前有座小庙庙里有个和尚": true, strings.Repeat("a7 ü兰", 25) + "xyz": true,
	} {
		if got := checkPassword(password, store.Account{}) == nil; got != want {
			t.Errorf("%q is allowed: %t", password, got)
		}
	}
}
