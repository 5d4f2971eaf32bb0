package main

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
)

// logOptions say which lines a daemon writes to standard error, and how.
type logOptions struct {
	format logFormat
	level  logLevel
	quiet  bool
}

func (o *logOptions) add(c *cobra.Command) {
	o.format = "text"
	f := c.Flags()
	f.Var(&o.format, "log-format", "`form` of the lines of the log: text (key=value) or json")
	f.Var(&o.level, "log-level", "least `level` of the lines of the log: info, warn or error")
	f.BoolVar(&o.quiet, "quiet", false, "log faults only, as --log-level error")
}

// logFormat is text or json.
type logFormat string

func (f *logFormat) String() string { return string(*f) }
func (*logFormat) Type() string     { return "string" }

// Set implements pflag.Value.
func (f *logFormat) Set(name string) error {
	if name != "text" && name != "json" {
		return fmt.Errorf("%q is neither text nor json", name)
	}
	*f = logFormat(name)
	return nil
}

// logLevel is a level of slog; the zero value is info.
type logLevel struct{ slog.Level }

func (l *logLevel) String() string { return strings.ToLower(l.Level.String()) }
func (*logLevel) Type() string     { return "string" }

// Set implements pflag.Value. There are no lines below info.
func (l *logLevel) Set(name string) error {
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if name == strings.ToLower(level.String()) {
			l.Level = level
			return nil
		}
	}
	return fmt.Errorf("%q is none of info, warn and error", name)
}

// logger writes one line for each event, in either form with the same names.
func (o *logOptions) logger(c *cobra.Command) *slog.Logger {
	options := &slog.HandlerOptions{Level: o.level.Level}
	if o.quiet {
		options.Level = slog.LevelError
	}
	if o.format == "json" {
		return slog.New(slog.NewJSONHandler(c.ErrOrStderr(), options))
	}
	return slog.New(slog.NewTextHandler(c.ErrOrStderr(), options))
}
