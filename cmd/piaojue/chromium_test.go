package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"piaojue/lang"
)

// script writes a program that stands for Chromium.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBrowse: a browser that ends is opened again, with a profile of its own;
// one that cannot stay open, or is too old, is said.
func TestBrowse(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	a := &agent{tool: newTestTool(lang.EN), restart: time.Millisecond}
	old := script(t, `echo Chromium 108.0.5359.124`)
	err := a.browse(t.Context(), old, "page")
	if f, ok := errors.AsType[*fault](err); !ok || f.id != "browser_old" {
		t.Errorf("old: %v", err)
	}
	dies := script(t, `[ "$1" = --version ] && echo Chromium 109.0.5414.74 && exit; echo "$@" >> `+log+`; exit 1`)
	err = a.browse(t.Context(), dies, "page#agent")
	if f, ok := errors.AsType[*fault](err); !ok || f.id != "browser_dies" {
		t.Errorf("dies: %v", err)
	}
	runs, _ := os.ReadFile(log)
	profiles := make(map[string]bool)
	for line := range strings.Lines(string(runs)) {
		if !strings.HasPrefix(line, "--kiosk --incognito --user-data-dir=") || !strings.HasSuffix(line, " page#agent\n") {
			t.Errorf("ran with %s", line)
		}
		_, rest, _ := strings.Cut(line, "--user-data-dir=")
		profile, _, _ := strings.Cut(rest, " ")
		profiles[profile] = true
		if exists(profile) {
			t.Errorf("%s is left", profile)
		}
	}
	if len(profiles) != 5 {
		t.Errorf("%d profiles for 5 starts", len(profiles))
	}
	if err := a.browse(t.Context(), filepath.Join(t.TempDir(), "none"), "page"); err == nil {
		t.Error("no browser was found, and nothing was said")
	}
}
