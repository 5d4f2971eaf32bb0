package main

import (
	"fmt"

	"golang.org/x/mod/semver"
)

// floor is the oldest version of a module that will do, or the only one.
type floor struct {
	version string
	only    bool
	why     string
}

var floors = map[string]floor{
	"github.com/cloudflare/circl":  {"v1.6.5", false, "before it, proofs of equal logarithms could be forged, and blind RSA left a check out"},
	"filippo.io/bigmod":            {"v0.1.0", true, "its interface is not stable; all private operations of issuers are done by it"},
	"filippo.io/edwards25519":      {"v1.2.0", true, "all arithmetic of the group is done by it: another version is read before it is taken"},
	"filippo.io/age":               {"v1.3.2", false, "the oldest that was tried; keys against quantum computers came with v1.3"},
	"modernc.org/sqlite":           {"v1.60.1", true, "with v1.61 go mod tidy fails; what the tests with broken disks found holds for this one"},
	"github.com/xuri/excelize/v2":  {"v2.11.0", true, "with v2.11.1 go mod tidy fails"},
	"github.com/chromedp/chromedp": {"v0.20.0", false, "its tests are written for the generic actions that came with it"},
}

// checkFloors says which modules are too old, or another than the only one.
func checkFloors(all []*module, floors map[string]floor) (errs []error) {
	left := make(map[string]bool)
	for path := range floors {
		left[path] = true
	}
	for _, m := range all {
		f, ok := floors[m.Path]
		if !ok {
			continue
		}
		delete(left, m.Path)
		switch order := semver.Compare(m.Version, f.version); {
		case order < 0:
			errs = append(errs, fmt.Errorf("%s %s is older than %s (%s); run go get %s@%s", m.Path, m.Version, f.version, f.why, m.Path, f.version))
		case order > 0 && f.only:
			errs = append(errs, fmt.Errorf("%s %s is not %s, the only one that will do (%s); run go get %s@%s", m.Path, m.Version, f.version, f.why, m.Path, f.version))
		}
	}
	for path := range left {
		errs = append(errs, fmt.Errorf("%s is no module of go.mod any more; take it out of deps/floor.go", path))
	}
	return errs
}
