package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/mod/modfile"
)

// module is one that go.mod names: with what builds and tests Piaojue.
type module struct {
	Path, Version, Dir string
	Sum, GoModSum      string
	Error              string

	direct, shipped bool
	licenses        []string
}

// modules fetches what go.mod names, where it is not there yet.
func modules() ([]*module, error) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, err
	}
	if len(file.Replace) > 0 {
		return nil, errors.New("go.mod replaces a module; then neither name nor version says what is built: use a release of it")
	}
	all, err := download()
	if err != nil {
		return nil, err
	}
	if len(all) != len(file.Require) {
		return nil, fmt.Errorf("go.mod names %d modules, and %d could be fetched; run go mod download", len(file.Require), len(all))
	}
	linked, err := shipped()
	if err != nil {
		return nil, err
	}
	direct := make(map[string]bool)
	for _, r := range file.Require {
		direct[r.Mod.Path] = !r.Indirect
	}
	for _, m := range all {
		m.direct, m.shipped = direct[m.Path], linked[m.Path]
	}
	return all, nil
}

func download() (all []*module, err error) {
	out, err := run("go", "mod", "download", "-json")
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(out))
	for {
		m := new(module)
		if err := d.Decode(m); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if m.Error != "" {
			return nil, fmt.Errorf("%s: %s", m.Path, m.Error)
		}
		all = append(all, m)
	}
}

// shipped are the modules with a package in a program, in that for pages too.
func shipped() (map[string]bool, error) {
	found := make(map[string]bool)
	for env, programs := range map[string]string{
		"GOOS=linux GOARCH=amd64": "./cmd/piaojue ./cmd/piaojued ./cmd/piaojue-verify",
		"GOOS=js GOARCH=wasm":     "./cmd/terminal ./cmd/desk",
	} {
		words := env + " go list -deps -f {{with.Module}}{{.Path}}{{end}} " + programs
		out, err := run("env", strings.Fields(words)...)
		if err != nil {
			return nil, err
		}
		for _, path := range strings.Fields(string(out)) {
			found[path] = true
		}
	}
	return found, nil
}

func run(name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return out, nil
}

// sums are the lines of a go.sum, each a module, a version and a hash.
func sums(text []byte) map[string]string {
	all := make(map[string]string)
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 {
			all[f[0]+" "+f[1]] = f[2]
		}
	}
	return all
}

// checkSums says which module of go.sum is another, or is missing.
func checkSums(all []*module, pinned map[string]string) (errs []error) {
	for _, m := range all {
		for name, got := range map[string]string{m.Version: m.Sum, m.Version + "/go.mod": m.GoModSum} {
			switch want := pinned[m.Path+" "+name]; {
			case want == "":
				errs = append(errs, fmt.Errorf("%s %s has no sum in go.sum; run go mod tidy and read what changes", m.Path, name))
			case want != got:
				errs = append(errs, fmt.Errorf("%s %s is not what go.sum pins: do not build; find out who changed it", m.Path, name))
			}
		}
	}
	return errs
}
