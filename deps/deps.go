// Deps audits what Piaojue is built of and tested with: licences, sums, oldest
// versions, and whether somebody wrote down what each module is for. It runs in
// the folder of go.mod:
//
//	go run ./deps                            audits
//	go run ./deps bom VERSION PROGRAM...     a bill of materials
//	go run ./deps notices                    the licences of what programs hold
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
)

func main() {
	if err := task(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func task(w io.Writer, args []string) error {
	all, err := modules()
	if err != nil {
		return err
	}
	if err := readLicenses(all); err != nil {
		return err
	}
	switch {
	case len(args) == 0:
		return audit(w, all)
	case args[0] == "bom" && len(args) > 2:
		return writeBOM(w, args[1], all, args[2:])
	case args[0] == "notices" && len(args) == 1:
		goroot, err := run("go", "env", "GOROOT")
		if err != nil {
			return err
		}
		return writeNotices(w, strings.TrimSpace(string(goroot)), all)
	}
	return errors.New("say nothing, or bom VERSION PROGRAM..., or notices")
}

func readLicenses(all []*module) error {
	var errs []error
	for _, m := range all {
		var err error
		if m.licenses, err = licensesOf(m.Path, m.Dir); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func audit(w io.Writer, all []*module) error {
	errs := checkFloors(all, floors)
	for _, m := range all {
		errs = append(errs, permit(m.Path, m.licenses, m.shipped))
	}
	pinned, err := os.ReadFile("go.sum")
	if err != nil {
		return err
	}
	errs = append(errs, checkSums(all, sums(pinned))...)
	if _, err := run("go", "mod", "verify"); err != nil {
		errs = append(errs, fmt.Errorf("%w: a module was changed on this machine; run go clean -modcache, and find out by whom", err))
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	errs = append(errs, checkRows(all, parseRows(string(text)), floors)...)
	packages := 0
	for _, folder := range locks {
		count, wrong := checkNPM(folder)
		packages += count
		errs = append(errs, wrong...)
	}
	errs = append(errs, checkVulnerabilities(os.Getenv("GOVULNDB"), w))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	report(w, all, packages)
	return nil
}

func report(w io.Writer, all []*module, packages int) {
	count := make(map[string]int)
	shipped := 0
	for _, m := range all {
		count[strings.Join(m.licenses, "+")]++
		if m.shipped {
			shipped++
		}
	}
	var lines []string
	for id, n := range count {
		lines = append(lines, fmt.Sprint(id, " ", n))
	}
	slices.Sort(lines)
	fmt.Fprintf(w, "%d modules, %d of them in programs (%s), and %d npm packages of tests: licences, sums and versions are as they must be (%s)\n",
		len(all), shipped, strings.Join(lines, ", "), packages, runtime.Version())
}
