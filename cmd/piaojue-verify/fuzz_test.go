package main

import (
	"strings"
	"testing"
)

// FuzzArguments: a command line is understood or refused; a hash is 32 bytes.
func FuzzArguments(f *testing.F) {
	f.Add("--json\nrecord", "zh_CN.UTF-8")
	f.Add("--manifest\n"+strings.Repeat("ab", 32)+"\nrecord", "en")
	f.Add("--lang=xx\n--\n-", "")
	f.Fuzz(func(t *testing.T, args, preferred string) {
		words := strings.Split(args, "\n")
		parse(words, preferred)
		parseProjects(words, preferred)
		var o options
		if wrong := o.parseHash(args); wrong == nil && len(strings.Join(strings.Fields(args), "")) != 64 {
			t.Errorf("%q is a hash", args)
		}
	})
}
