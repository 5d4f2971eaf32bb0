package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/store"
)

// version is set by the linker for a release.
var version = "devel"

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and which schemas of the database it makes",
		Args:  usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(c.OutOrStdout(), "piaojued "+versionText())
			return err
		},
	}
}

// versionText is what somebody who reports a flaw is asked for, and what somebody
// who goes back to an older program has to compare.
func versionText() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s %s/%s%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, commit())
	for _, s := range store.Schemas() {
		fmt.Fprintf(&b, "schema %s %d\n", s.Part, s.Version)
	}
	return b.String()
}

// commit says from which commit the program was built, if the builder let Go note
// it: a release does not, so that its bytes are the same everywhere.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	text := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			text = ", commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			text += ", changed"
		}
	}
	return text
}
