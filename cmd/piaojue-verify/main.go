// Command piaojue-verify checks the published record of a vote, offline: every
// ballot, every signature, the count and the outcome, by the 32 numbered checks
// of PROTOCOL.md. It believes nothing in the record, and links neither network
// nor database.
//
// It exits with 0 if the record is verified, 1 if it is not, and 2 if it was
// started wrongly. What it prints on standard output is the report; -json gives
// the same to a program.
package main

import (
	_ "embed"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"piaojue/audit"
	"piaojue/lang"
)

const (
	exitVerified    = 0
	exitNotVerified = 1
	exitUsage       = 2
)

// version is set by the linker for a release.
var version = "devel"

var (
	//go:embed usage_zh.txt
	usageZH string
	//go:embed usage_en.txt
	usageEN string
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv("PIAOJUE_LANG"), os.Stdout, os.Stderr))
}

// options are what the command line says.
type options struct {
	lang     lang.Lang
	json     bool
	version  bool
	manifest *[32]byte
	path     string
}

func run(args []string, preferred string, stdout, stderr io.Writer) int {
	o, err := parse(args, preferred)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage(o.lang))
		return exitVerified
	case err != nil:
		fmt.Fprintf(stderr, "piaojue-verify: %v\n", err)
		fmt.Fprintln(stderr, "piaojue-verify: for help: piaojue-verify -h")
		return exitUsage
	case o.version:
		fmt.Fprintln(stdout, "piaojue-verify", version)
		return exitVerified
	}
	record, done, err := open(o.path)
	if err != nil {
		fmt.Fprintf(stderr, "piaojue-verify: %v\n", err)
		return exitUsage
	}
	defer done()
	report := audit.Verify(record, audit.Options{Manifest: o.manifest, Progress: progress(stderr)})
	if o.json {
		writeJSON(stdout, report)
	} else {
		newPrinter(stdout, o.lang).report(report)
	}
	if !report.Verified {
		return exitNotVerified
	}
	return exitVerified
}

func parse(args []string, preferred string) (options, error) {
	o := options{}
	o.lang, _ = lang.Parse(preferred)
	f := flag.NewFlagSet("piaojue-verify", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&o.json, "json", false, "")
	f.BoolVar(&o.version, "version", false, "")
	f.Func("lang", "", func(name string) (err error) {
		o.lang, err = lang.Parse(name)
		return err
	})
	f.Func("manifest", "", func(text string) (err error) {
		o.manifest, err = parseHash(text)
		return err
	})
	if err := f.Parse(args); err != nil || o.version {
		return o, err
	}
	if f.NArg() != 1 {
		return o, errors.New("want one record, a folder or a zip file (flags come before it)")
	}
	o.path = f.Arg(0)
	return o, nil
}

func parseHash(text string) (*[32]byte, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 32 {
		return nil, errors.New("want the 64 hexadecimal digits that were read out in the hall")
	}
	return (*[32]byte)(b), nil
}

func usage(l lang.Lang) string {
	if l == lang.EN {
		return usageEN
	}
	return usageZH
}
