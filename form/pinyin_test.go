package form

import (
	"slices"
	"testing"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"张伟": "zw", "单雄信": "sxx", "曾国强": "zgq", "仇和": "qh", "解晓东": "xxd", "查良镛": "zly", "区伯": "ob", "朴树": "ps",
		"任重": "rz", "盖叫天": "gjt", "翟天临": "ztl", "欧阳修": "oyx", "尉迟恭": "ycg", "万俟卨": "mqx", "长孙无忌": "zswj",
		"单于": "sy", "吕丽": "ll", "李𬭎": "lh", "王㛃": "wj", "龑𫖯": "yf", "阿依古丽·买买提": "ayglmmt", "John Smith": "js",
		"Ｊｏｈｎ": "j", "王": "w", "O'Neil": "on", "": "", "·": "", "\U0002EBF0": "",
	} {
		got := Initials(name)
		if want == "" {
			if got != nil {
				t.Errorf("%s: got %q, want none", name, got)
			}
		} else if len(got) == 0 || got[0] != want {
			t.Errorf("%s: got %q, want %q first", name, got, want)
		}
	}
}

// TestInitialsPolyphone: who does not know the reading still finds the name.
func TestInitialsPolyphone(t *testing.T) {
	for name, want := range map[string]string{
		"单雄信": "dxx", "曾伟": "cw", "仇和": "ch", "解放": "jf", "查理": "cl", "区伯": "qb", "翟明": "dm",
		"任重": "rc", "王行": "wh", "李乐": "ly", "张朝阳": "zzy", "覃伟": "tw",
	} {
		if got := Initials(name); !slices.Contains(got, want) {
			t.Errorf("%s: got %q, without %q", name, got, want)
		}
	}
}

func FuzzInitials(f *testing.F) {
	f.Add("重重重重重重重重 a\xff")
	f.Fuzz(func(t *testing.T, name string) {
		got := Initials(name)
		if len(got) > maxInitials {
			t.Errorf("%d initials", len(got))
		}
		for i, s := range got {
			if slices.Contains(got[:i], s) || s == "" {
				t.Errorf("%q in %q", s, got)
			}
			for _, r := range s {
				if r < 'a' || r > 'z' {
					t.Errorf("%q of %q", s, name)
				}
			}
		}
	})
}
