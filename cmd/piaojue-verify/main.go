// Command piaojue-verify checks the published record of a vote, offline: every
// ballot, every signature, the count and the outcome, by the 38 numbered checks
// of PROTOCOL.md. It believes nothing in the record, and links neither network
// nor database.
//
// With the task "projects" it checks the log of the projects, of PROTOCOL.md,
// Section 14, and that what it takes from a vote is what that vote decided.
//
// It exits with 0 if the record is verified, 1 if it is not, and 2 if it was
// started wrongly. What it prints on standard output is the report; -json gives
// the same to a program.
package main

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"runtime/debug"

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

// memoryLimit lets the collector work harder before a vote of a million takes
// twice what it needs, some 150 MB. GOMEMLIMIT says otherwise.
const memoryLimit = 224 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	os.Exit(run(os.Args[1:], os.Getenv("PIAOJUE_LANG"), os.Stdout, os.Stderr))
}

func run(args []string, preferred string, stdout, stderr io.Writer) int {
	if len(args) > 1 && args[0] == projectsTask {
		return runProjects(args[1:], preferred, stdout, stderr)
	}
	o, wrong := parse(args, preferred)
	switch {
	case wrong != nil:
		complain(stderr, wrong.in(o.lang), o.lang.Text("verify.help", "piaojue-verify -h"))
		return exitUsage
	case o.help:
		fmt.Fprint(stdout, usage(o.lang))
		return exitVerified
	case o.version:
		fmt.Fprintln(stdout, "piaojue-verify", version)
		return exitVerified
	}
	p, status := verifyParent(o, stderr)
	if status != exitVerified {
		return status
	}
	record, done, err := open(o.path)
	if err != nil {
		complain(stderr, unreadable(o.path, err).in(o.lang))
		return exitUsage
	}
	defer done()
	report := audit.Verify(record, audit.Options{Manifest: o.manifest, Parent: p.state(), Progress: progress(stderr)})
	if o.json {
		writeJSON(stdout, report, p)
	} else {
		newPrinter(stdout, o.lang).report(report, p)
	}
	if !report.Verified {
		return exitNotVerified
	}
	return exitVerified
}

func complain(stderr io.Writer, lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(stderr, "piaojue-verify: "+line)
	}
}

func usage(l lang.Lang) string {
	if l == lang.EN {
		return usageEN
	}
	return usageZH
}
