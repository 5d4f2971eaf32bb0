package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// command returns a command with its help. path is where it stands, without
// piaojue; args are what follows it, for the usage line.
func (t *tool) command(path, args, example string, run func(ctx context.Context, args []string) error) *cobra.Command {
	p := t.words.pages[path]
	name := path[strings.LastIndex(path, " ")+1:]
	return &cobra.Command{
		Use:                   strings.TrimSpace(name + " " + args),
		Short:                 strings.TrimRight(p.short, ".。"),
		Long:                  strings.TrimSpace(p.short + "\n\n" + p.long),
		Example:               indent(example),
		DisableFlagsInUseLine: true,
		RunE:                  func(c *cobra.Command, args []string) error { return run(c.Context(), args) },
	}
}

func indent(example string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(example), "\n", "\n  ")
}

// group returns a command that only holds others.
func (t *tool) group(path string, under ...*cobra.Command) *cobra.Command {
	c := t.command(path, "", "", nil)
	c.Example = ""
	c.Args = cobra.ArbitraryArgs
	c.FParseErrWhitelist.UnknownFlags = true // the wrong command is the mistake, not its flags
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return misuse("command", c.CommandPath()+" "+args[0])
		}
		c.SetOut(t.err)
		c.Help()
		return silent(exitUsage)
	}
	c.AddCommand(under...)
	return c
}

// exactly demands a number of arguments.
func exactly(n int, c *cobra.Command) *cobra.Command {
	return between(n, n, c)
}

// between demands a number of arguments; there is no upper limit if most < 0.
func between(least, most int, c *cobra.Command) *cobra.Command {
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return misuse("arguments", c.UseLine())
		}
		return nil
	}
	return c
}

// usageTemplate shows tasks before flags. Its headings are filled in for the
// language.
const usageTemplate = `@usage@:
  {{.UseLine}}{{if .HasAvailableSubCommands}} @task@{{end}}
{{- if .HasExample}}

@examples@:
{{.Example}}{{end}}
{{- if .HasAvailableSubCommands}}{{$all := .Commands}}
{{- if .Groups}}{{range .Groups}}{{$id := .ID}}

{{.Title}}:{{range $all}}{{if eq .GroupID $id}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}
{{- else}}

@tasks@:{{range $all}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{end}}
{{- if .HasAvailableLocalFlags}}

@flags@:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}
{{- if .HasAvailableInheritedFlags}}

@general@:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}
{{- if .HasAvailableSubCommands}}

@more@: {{.CommandPath}} @task@ --help{{end}}
`

// localize sets what is the same for all commands: headings, the texts of
// flags, and that a wrong flag is a misuse.
func (t *tool) localize(root *cobra.Command) {
	template := usageTemplate
	for _, id := range []string{"usage", "task", "tasks", "examples", "flags", "general", "more"} {
		template = strings.ReplaceAll(template, "@"+id+"@", t.words.say("help."+id))
	}
	root.SetUsageTemplate(template)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagFault(err) })
	t.describeFlags(root)
}

// flagFault says what is wrong with a flag.
func flagFault(err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return misuse("flag_unknown", dashes(e.GetSpecifiedName()))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return misuse("flag_empty", dashes(e.GetSpecifiedName()))
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return misuse("flag_value", dashes(e.GetFlag().Name), e.GetValue())
	}
	return misuse("flag", err)
}

// dashes is how a flag is typed.
func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// describeFlags gives each flag its text.
func (t *tool) describeFlags(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	describe := func(f *pflag.Flag) {
		if text, ok := t.words.flags[f.Name]; ok {
			f.Usage = text
		}
	}
	c.Flags().VisitAll(describe)
	c.PersistentFlags().VisitAll(describe)
	for _, sub := range c.Commands() {
		t.describeFlags(sub)
	}
}

// helpCommand is the flag --help for those who type it as a word.
func (t *tool) helpCommand() *cobra.Command {
	c := t.command("help", "[@task@...]", "piaojue help keys scrutineer", nil)
	c.Use = strings.ReplaceAll(c.Use, "@task@", t.words.say("help.task"))
	c.RunE = func(c *cobra.Command, args []string) error {
		about, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return misuse("command", strings.Join(args, " "))
		}
		return about.Help()
	}
	return c
}
