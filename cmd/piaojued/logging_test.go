package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestLogging: lines come in the form and from the level that were asked for, each of
// one line whatever is in them; another form or level is refused.
func TestLogging(t *testing.T) {
	for _, x := range []struct {
		args  []string
		lines int
		json  bool
	}{
		{nil, 3, false},
		{[]string{"--log-format", "json"}, 3, true},
		{[]string{"--log-format=json", "--log-level=warn"}, 2, true},
		{[]string{"--log-level", "error"}, 1, false},
		{[]string{"--quiet"}, 1, false},
		{[]string{"--log-format", "xml"}, -1, false},
		{[]string{"--log-level", "debug"}, -1, false},
	} {
		var o logOptions
		var said bytes.Buffer
		c := &cobra.Command{}
		c.SetErr(&said)
		o.add(c)
		if err := c.ParseFlags(x.args); err != nil || x.lines < 0 {
			if (err != nil) != (x.lines < 0) {
				t.Errorf("%q: %v", x.args, err)
			}
			continue
		}
		log := o.logger(c)
		log.Info("request", "route", "/votes/{vote}")
		log.Warn("close", "error", "two\nlines")
		log.Error("action failed")
		lines := strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n")
		if len(lines) != x.lines {
			t.Errorf("%q: %q, want %d lines", x.args, lines, x.lines)
		}
		for _, line := range lines {
			var fields map[string]any
			err := json.Unmarshal([]byte(line), &fields)
			if (err == nil) != x.json || x.json && (fields["msg"] == nil || fields["time"] == nil) {
				t.Errorf("%q: %s", x.args, line)
			}
		}
	}
}
