package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// bom is a bill of materials in CycloneDX 1.6. It has no time and no number of
// its own, so that the same source gives the same bytes.
type bom struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	Licenses   []choice   `json:"licenses,omitempty"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type choice struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// writeBOM writes what programs were built of, as they themselves say, and the
// programs of the pages in them, which say nothing.
func writeBOM(w io.Writer, version string, all []*module, programs []string) error {
	in := make(map[string][]string)
	var goVersion string
	for _, file := range programs {
		info, err := buildinfo.ReadFile(file)
		if err != nil {
			return err
		}
		goVersion = info.GoVersion
		for _, d := range info.Deps {
			in[name(d)] = append(in[name(d)], filepath.Base(file))
		}
	}
	b := bom{Format: "CycloneDX", Spec: "1.6", Version: 1}
	b.Metadata.Component = newComponent("application", "piaojue", version, []string{"Apache-2.0"})
	b.Components = append(b.Components, newComponent("library", "std", strings.TrimPrefix(goVersion, "go"), []string{"BSD-3-Clause"}))
	for _, m := range all {
		users := in[m.Path+"@"+m.Version]
		delete(in, m.Path+"@"+m.Version)
		if m.shipped {
			b.Components = append(b.Components, m.component(users))
		}
	}
	for name := range in {
		return fmt.Errorf("a program holds %s, which go.mod does not name; build it again from this source", name)
	}
	slices.SortFunc(b.Components, func(x, y component) int { return strings.Compare(x.Ref, y.Ref) })
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(b)
}

func name(m *debug.Module) string { return m.Path + "@" + m.Version }

func (m *module) component(users []string) component {
	c := newComponent("library", m.Path, m.Version, m.licenses)
	c.Properties = append(c.Properties, property{"piaojue:go.sum", m.Sum})
	for _, user := range users {
		c.Properties = append(c.Properties, property{"piaojue:program", user})
	}
	return c
}

func newComponent(kind, name, version string, licenses []string) component {
	c := component{Type: kind, Name: name, Version: version, PURL: "pkg:golang/" + name + "@" + version}
	c.Ref = c.PURL
	for _, id := range licenses {
		var l choice
		l.License.ID = id
		c.Licenses = append(c.Licenses, l)
	}
	return c
}

// writeNotices writes the licences that must go along with the programs.
func writeNotices(w io.Writer, goroot string, all []*module) error {
	notices := []*module{{Path: "Go, its standard library and wasm_exec.js", Dir: goroot}}
	for _, m := range all {
		if m.shipped {
			notices = append(notices, m)
		}
	}
	for _, m := range notices {
		files, err := licenseFiles(m.Dir)
		if err != nil {
			return err
		}
		for _, file := range append(files, "NOTICE") {
			text, err := os.ReadFile(filepath.Join(m.Dir, file))
			if os.IsNotExist(err) && file == "NOTICE" {
				continue
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "==== %s %s: %s\n\n%s\n\n", m.Path, m.Version, file, bytes.TrimSpace(text))
		}
	}
	return nil
}
