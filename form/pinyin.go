package form

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// The limits of what one name may be found by: rare readings beyond them would
// only make other names harder to find.
const (
	maxReadings = 3
	maxInitials = 12
)

// surnames are characters that are read in another way as a surname, with that
// initial first; then the one that people type who do not know.
var surnames = map[rune]string{
	'单': "sd", '曾': "zc", '仇': "qc", '解': "xj", '查': "zc", '区': "oq", '朴': "p", '盖': "g", '任': "r",
	'召': "sz", '员': "y", '缪': "m", '覃': "qt", '翟': "zd", '乜': "nm", '郗': "xc", '逄': "p", '那': "n",
	'繁': "pf", '种': "cz", '秘': "bm", '冼': "x", '洗': "x", '重': "cz", '折': "sz", '祭': "zj", '乐': "yl",
	'宓': "mf", '隗': "wk", '句': "gj", '佴': "n", '褚': "cz", '谌': "cs", '晁': "c", '柏': "b", '炅': "gj",
	'俞': "y", '於': "y", '燕': "y", '藏': "zc", '适': "ks", '强': "qj", '盛': "sc", '郇': "xh", '谷': "g",
	'相': "x", '郄': "qx", '尉': "w", '黑': "h", '车': "cj", '降': "xj", '撒': "s", '牟': "m", '臧': "z",
	'葛': "g", '华': "h", '应': "y", '曲': "q", '宿': "sx", '哈': "h", '过': "g", '都': "d", '卜': "b",
}

// compounds are surnames of two characters that are read in another way.
var compounds = map[string][]string{
	"万俟": {"m", "q"}, "尉迟": {"y", "c"}, "单于": {"c", "y"}, "长孙": {"zc", "s"}, "澹台": {"t", "t"},
}

// Initials gives the initials of the pinyin of a name in small letters, by
// which the desk finds a deputy: zw for 张伟, sxx and dxx for 单雄信, ayglmmt for
// 阿依古丽·买买提, js for John Smith. The likeliest stands first. Characters
// whose reading is not known are left out.
func Initials(name string) []string {
	found := []string{""}
	for _, letters := range readings([]rune(Narrow(name))) {
		var next []string
		for _, start := range found {
			for _, letter := range letters {
				next = append(next, start+string(letter))
			}
		}
		found = next[:min(len(next), maxInitials)]
	}
	if found[0] == "" {
		return nil
	}
	return found
}

// readings gives the possible initials of each character and foreign word.
func readings(name []rune) []string {
	var all []string
	if len(name) > 2 && compounds[string(name[:2])] != nil {
		all, name = append(all, compounds[string(name[:2])]...), name[2:]
	} else if len(name) > 0 && unicode.Is(unicode.Han, name[0]) {
		all, name = append(all, surname(name[0])), name[1:]
	}
	inWord := false
	for _, r := range name {
		letter := unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Han, r):
			all = append(all, initials(r))
			inWord = false
		case letter >= 'a' && letter <= 'z':
			if !inWord {
				all = append(all, string(letter))
			}
			inWord = true
		default:
			inWord = unicode.IsLetter(r) && inWord
		}
	}
	return slices.DeleteFunc(all, func(letters string) bool { return letters == "" })
}

func surname(r rune) string {
	if letters, ok := surnames[r]; ok {
		return letters
	}
	letters := initials(r)
	return letters[:min(len(letters), 1)]
}

// initials gives those of a character, the usual reading first.
func initials(r rune) string {
	args := pinyin.NewArgs()
	args.Heteronym = true
	syllables := pinyin.SinglePinyin(r, args)
	letters := ""
	for _, s := range syllables[:min(len(syllables), maxReadings)] {
		if s != "" && s[0] >= 'a' && s[0] <= 'z' && !strings.Contains(letters, s[:1]) {
			letters += s[:1]
		}
	}
	return letters
}
