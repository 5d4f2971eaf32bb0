package main

import (
	"fmt"
	"slices"
	"strings"
)

// list is where each module that our code imports has a row.
const list = "docs/dependencies.md"

// row is what a person wrote of a module: `path` | what | why | who | licence.
type row struct{ path, what, why, keeper, license string }

func parseRows(text string) (all []row) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		path, ok := strings.CutPrefix(cells[0], "| `")
		if !ok || len(cells) != 5 {
			continue
		}
		all = append(all, row{strings.TrimSuffix(path, "`"), cells[1], cells[2], cells[3], strings.TrimSuffix(cells[4], " |")})
	}
	return all
}

// checkRows says what the list leaves out, or says otherwise than go.mod, the
// licence files and the floors.
func checkRows(all []*module, rows []row, floors map[string]floor) (errs []error) {
	left := make(map[string]row)
	for _, r := range rows {
		left[r.path] = r
	}
	for _, m := range all {
		if !m.direct {
			continue
		}
		r, ok := left[m.Path]
		delete(left, m.Path)
		if !ok {
			errs = append(errs, fmt.Errorf("%s has no row in %s; write what it is for, why this one and who keeps it", m.Path, list))
			continue
		}
		errs = append(errs, r.check(m, floors[m.Path]))
	}
	for path := range left {
		errs = append(errs, fmt.Errorf("%s has a row in %s and our code does not import it; take the row out", path, list))
	}
	return errs
}

func (r row) check(m *module, f floor) error {
	switch licenses := strings.Join(m.licenses, ", "); {
	case slices.Contains([]string{r.what, r.why, r.keeper}, ""):
		return fmt.Errorf("the row of %s in %s has an empty cell; fill it in", m.Path, list)
	case r.license != licenses:
		return fmt.Errorf("%s has the licence %s, and %s says %s; correct the row", m.Path, licenses, list, r.license)
	case f.version != "" && !strings.Contains(r.why, f.version):
		return fmt.Errorf("the row of %s in %s does not name %s, which deps/floor.go demands; write it there with its reason", m.Path, list, f.version)
	}
	return nil
}
