package main

import (
	"strings"

	"github.com/spf13/cobra"

	"piaojue/lang"
)

// settings are flags that many commands share.
type settings struct {
	lang       string
	passphrase string // path of a file
}

// addSettings adds the flags of all commands.
func (t *tool) addSettings(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&t.settings.lang, "lang", "", "")
	f.StringVar(&t.settings.passphrase, "passphrase-file", "", "")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if l := t.settings.lang; l != "" {
			if _, err := lang.Parse(l); err != nil {
				return misuse("lang", l)
			}
		}
		return nil
	}
}

// chosenLang finds the language before the flags are parsed, because help and
// errors are already in it.
func chosenLang(args []string, preferred string) lang.Lang {
	l, _ := lang.Parse(preferred)
	for i, a := range args {
		name, ok := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			name, ok = args[i+1], true
		}
		if given, err := lang.Parse(name); ok && err == nil {
			l = given
		}
	}
	return l
}
