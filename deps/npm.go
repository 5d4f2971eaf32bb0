package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// locks are the folders of what tests fetch with npm. No program holds any of it.
var locks = []string{"testvectors/verifier-js", "web/testdata/axe"}

type npmPackage struct {
	Version, License, Integrity string
}

func checkNPM(folder string) (count int, errs []error) {
	text, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return 0, []error{err}
	}
	all, err := parseLock(text)
	if err != nil {
		return 0, []error{fmt.Errorf("%s: %w", folder, err)}
	}
	for name, p := range all {
		errs = append(errs, p.check(name, filepath.Join(folder, name)))
	}
	return len(all), errs
}

// parseLock returns the packages of a package-lock.json by their folders.
func parseLock(text []byte) (map[string]npmPackage, error) {
	var lock struct {
		LockfileVersion int
		Packages        map[string]npmPackage
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, err
	}
	delete(lock.Packages, "") // our own
	if lock.LockfileVersion != 3 || len(lock.Packages) == 0 {
		return nil, errors.New("package-lock.json is not of version 3, or names no package; write it anew with npm install")
	}
	return lock.Packages, nil
}

// check compares what the lock says of a package with what lies in its folder.
func (p npmPackage) check(name, folder string) error {
	if err := p.checkSum(name); err != nil {
		return err
	}
	found, err := licensesOf(name, folder)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is not there to be read; run make node_modules", folder)
	}
	if err != nil {
		return err
	}
	if !slices.Contains(found, p.License) {
		return fmt.Errorf("%s says %s in its lock and %v in its licence file; ask who keeps it", name, p.License, found)
	}
	return permit(name, found, false)
}

// checkSum demands a SHA-512: by it npm refuses a changed package.
func (p npmPackage) checkSum(name string) error {
	digits, ok := strings.CutPrefix(p.Integrity, "sha512-")
	sum, err := base64.StdEncoding.DecodeString(digits)
	if !ok || err != nil || len(sum) != 64 {
		return fmt.Errorf("%s has no SHA-512 in package-lock.json; write the lock anew with npm install and read what changes", name)
	}
	return nil
}
