package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"io"
	"io/fs"
	"strings"

	"piaojue/lang"
)

// options are what the command line says.
type options struct {
	lang     lang.Lang
	help     bool
	json     bool
	version  bool
	manifest *[32]byte
	parent   string // of the record of the vote before, or empty
	path     string
}

// misuse is a mistake of who typed the command. A library that found it speaks
// English: in Chinese the words about it stand alone.
type misuse struct {
	id    string // of a message that takes what is wrong
	what  string
	cause error // what a library says, or nil
}

func (m *misuse) in(l lang.Lang) string {
	switch {
	case m.what == "":
		return l.Text(m.id)
	case l == lang.EN && m.cause != nil:
		return l.Text(m.id, m.cause)
	}
	return l.Text(m.id, lang.Plain(m.what))
}

func unreadable(path string, err error) *misuse {
	if path == "" {
		path = `""`
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &misuse{"verify.not_found", path, nil}
	}
	return &misuse{"verify.unreadable", path, err}
}

func parse(args []string, preferred string) (options, *misuse) {
	o := options{}
	o.lang, _ = lang.Parse(preferred)
	f := flag.NewFlagSet("piaojue-verify", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&o.json, "json", false, "")
	f.BoolVar(&o.version, "version", false, "")
	f.Func("lang", "", func(name string) error {
		l, err := lang.Parse(name)
		if err == nil {
			o.lang = l
		}
		return err
	})
	f.Func("parent", "", func(path string) error {
		if o.parent = path; path == "" { // as of an unset variable: the check must not be left out in silence
			return errors.New("no record")
		}
		return nil
	})
	var hash *string
	f.Func("manifest", "", func(text string) error {
		hash = &text
		return nil
	})
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		o.help = true
		return o, nil
	case err != nil:
		return o, &misuse{"verify.bad_flag", culprit(args, f.NArg()), err}
	case o.version:
		return o, nil
	case f.NArg() != 1:
		return o, &misuse{id: "verify.one_record"}
	}
	o.path = f.Arg(0)
	if hash == nil {
		return o, nil
	}
	return o, o.parseHash(*hash)
}

// culprit is the argument at which package flag stopped, with so many left: the
// last one it took, unless the next is so malformed that it took none of it.
func culprit(args []string, left int) string {
	next := len(args) - left
	if left > 0 && (strings.HasPrefix(args[next], "---") || strings.HasPrefix(strings.TrimLeft(args[next], "-"), "=")) {
		return args[next]
	}
	if at := max(next, 1) - 1; args[at] != "" || at == 0 {
		return args[at]
	}
	return args[next-2] // of an empty value, its flag
}

func (o *options) parseHash(text string) *misuse {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 32 {
		return &misuse{id: "verify.bad_hash"}
	}
	o.manifest = (*[32]byte)(b)
	return nil
}
