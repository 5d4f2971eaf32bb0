package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// envPrefix begins the names of variables: --tls-cert is PIAOJUED_TLS_CERT.
const envPrefix = "PIAOJUED_"

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// configure gives flags that were not set their value from the environment or,
// failing that, from the file of settings.
func configure(c *cobra.Command, lookup func(string) (string, bool)) error {
	path, err := c.Flags().GetString("config")
	if err != nil {
		return err
	}
	if path == "" {
		path, _ = lookup(envName("config"))
	}
	settings := map[string]string{}
	if path != "" {
		if settings, err = readSettings(path); err != nil {
			return err
		}
	}
	if err := checkSettings(c.Root(), settings, path); err != nil {
		return err
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		value, ok := lookup(envName(f.Name))
		if !ok {
			value, ok = settings[f.Name]
		}
		if !ok || f.Changed || f.Name == "help" || f.Name == "config" || err != nil {
			return
		}
		if bad := c.Flags().Set(f.Name, value); bad != nil {
			err = &usageError{fmt.Errorf("setting %s: %w", f.Name, bad)}
		}
	})
	return err
}

// readSettings reads lines of the form "flag = value". Blank lines and those
// that start with # say nothing.
func readSettings(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	settings := make(map[string]string)
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if _, twice := settings[name]; !ok || name == "" || twice {
			return nil, fmt.Errorf("%s: line %d is not a new \"flag = value\"", path, n)
		}
		settings[name] = strings.TrimSpace(value)
	}
	return settings, lines.Err()
}

// checkSettings refuses a name that no command has: a misspelt setting would
// silently be the default.
func checkSettings(root *cobra.Command, settings map[string]string, path string) error {
	for name := range settings {
		if !known(root, name) {
			return fmt.Errorf("%s: there is no setting %q", path, name)
		}
	}
	return nil
}

// checkEnvironment refuses a variable that would be a setting and is none, for
// the same reason.
func checkEnvironment(root *cobra.Command, environment []string) error {
	for _, line := range environment {
		name, _, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, envPrefix) || name == passphraseEnv || name == envName("config") {
			continue
		}
		flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, envPrefix), "_", "-"))
		if name != envName(flag) || !known(root, flag) {
			return &usageError{fmt.Errorf("there is no setting %s", name)}
		}
	}
	return nil
}

func known(c *cobra.Command, name string) bool {
	if c.Flags().Lookup(name) != nil {
		return true
	}
	for _, child := range c.Commands() {
		if known(child, name) {
			return true
		}
	}
	return false
}
