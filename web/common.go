package web

import (
	"crypto/sha256"
	_ "embed" // for common.bin
	"sort"
	"strings"
	"unicode/utf8"
)

// Passwords that others guess first: those that stood most often in what was
// stolen elsewhere, and those made of words of this place.

// commonHashes are the first four bytes of the SHA-256 hashes, in order, of the
// 100,000 most frequent stolen passwords that the other rules of checkPassword let
// pass (as it spells them: NFKC, small letters), from the million most frequent of
// Mark Burnett's ten million. Hashes, because nobody has to read them here; so
// short, because one good password of 40,000 may well be refused.
//
//go:embed common.bin
var commonHashes string

const commonSize = 4

// common reports whether a password is one that many people have.
func common(p string) bool {
	sum := sha256.Sum256([]byte(p))
	want, n := string(sum[:commonSize]), len(commonHashes)/commonSize
	at := sort.Search(n, func(i int) bool { return commonHashes[i*commonSize:][:commonSize] >= want })
	return at < n && commonHashes[at*commonSize:][:commonSize] == want
}

// placeWords are what comes to mind in front of this screen.
var placeWords = strings.NewReplacer(
	"administrator", "", "admin", "", "auditor", "", "ballot", "", "congress", "", "deputy", "", "election", "",
	"gate", "", "npc", "", "parliament", "", "password", "", "piaojue", "", "presidium", "", "renda", "", "daibiao", "",
	"scrutineer", "", "secret", "", "staff", "", "teller", "", "vote", "", "mima", "", "xuanju", "", "toupiao", "",
	"票决", "", "人大", "", "代表", "", "投票", "", "选举", "", "密码", "", "主席团", "", "监票", "", "管理员", "",
)

// minBeside is how much a password must hold beside such words: piaojue2026 is
// one of the first that anybody tries.
const minBeside = 8

// ofThisPlace reports whether a password is little more than words of this place.
func ofThisPlace(p string) bool {
	rest := placeWords.Replace(p)
	return rest != p && utf8.RuneCountInString(rest) < minBeside
}
