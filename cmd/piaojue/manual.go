//go:build manual

package main

import (
	"os"

	"piaojue/lang"
	"piaojue/packaging/manual"
)

// With the tag manual the program writes its manual pages: piaojue LANG FOLDER DATE.
func init() {
	words, l := manual.ZH, lang.ZH
	if os.Args[1] == "en" {
		words, l = manual.EN, lang.EN
	}
	t := &tool{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv}
	t.speak(l)
	if err := manual.Write(os.Args[2], t.root(), words, version, os.Args[3]); err != nil {
		panic(err)
	}
	os.Exit(0)
}
