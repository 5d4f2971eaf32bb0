// Package manual writes the manual pages of a program from its commands, one for
// each: what man shows is what --help says, in the form of man-pages(7). Only the
// builder of a package needs it (build tag manual): no program that is installed
// holds it.
package manual

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Words are the headings of pages in a language.
type Words struct{ Name, Synopsis, Description, Commands, Options, Inherited, Examples, SeeAlso string }

// The headings that man-pages(7) and its Chinese translation use.
var (
	EN = Words{"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "OPTIONS OF ALL COMMANDS", "EXAMPLES", "SEE ALSO"}
	ZH = Words{"名称", "概述", "描述", "命令", "选项", "所有命令的选项", "示例", "另见"}
)

// section of the manual: commands that anybody may run.
const section = 1

// Write writes a page for a command and for each below it into a folder. The date is
// that of the source (2006-01-02): built again, a page is the same.
func Write(folder string, c *cobra.Command, w Words, version, date string) error {
	if !c.IsAvailableCommand() && c.HasParent() {
		return nil
	}
	name := filepath.Join(folder, fmt.Sprintf("%s.%d", pageOf(c), section))
	if err := os.WriteFile(name, []byte(page(c, w, version, date)), 0o644); err != nil {
		return err
	}
	for _, child := range c.Commands() {
		if err := Write(folder, child, w, version, date); err != nil {
			return err
		}
	}
	return nil
}

func pageOf(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

func page(c *cobra.Command, w Words, version, date string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH \"%s\" %d \"%s\" \"%s %s\" \"%s\"\n", strings.ToUpper(pageOf(c)), section, date, c.Root().Name(), version, "Piaojue 票决")
	fmt.Fprintf(&b, ".SH %s\n%s \\- %s\n", w.Name, pageOf(c), escape(c.Short))
	fmt.Fprintf(&b, ".SH %s\n\\fB%s\\fR", w.Synopsis, escape(c.CommandPath()))
	if rest := strings.TrimPrefix(c.UseLine(), c.CommandPath()); rest != "" {
		b.WriteString(escape(rest))
	}
	b.WriteString("\n")
	if c.Long != "" {
		fmt.Fprintf(&b, ".SH %s\n%s", w.Description, text(c.Long))
	}
	children(&b, c, w)
	flags(&b, w.Options, c.NonInheritedFlags())
	flags(&b, w.Inherited, c.InheritedFlags())
	if c.Example != "" {
		fmt.Fprintf(&b, ".SH %s\n.nf\n%s\n.fi\n", w.Examples, lines(c.Example))
	}
	related(&b, c, w)
	return b.String()
}

func children(b *strings.Builder, c *cobra.Command, w Words) {
	if !c.HasAvailableSubCommands() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", w.Commands)
	for _, child := range c.Commands() {
		if child.IsAvailableCommand() {
			fmt.Fprintf(b, ".TP\n\\fB%s\\fR(%d)\n%s\n", escape(pageOf(child)), section, escape(child.Short))
		}
	}
}

func flags(b *strings.Builder, heading string, all *pflag.FlagSet) {
	if !all.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", heading)
	all.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, says := pflag.UnquoteUsage(f)
		b.WriteString(".TP\n")
		if f.Shorthand != "" {
			fmt.Fprintf(b, "\\fB\\-%s\\fR, ", f.Shorthand)
		}
		fmt.Fprintf(b, "\\fB\\-\\-%s\\fR", escape(f.Name))
		if kind != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", escape(kind))
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
			says += " [" + f.DefValue + "]"
		}
		fmt.Fprintf(b, "\n%s\n", lines(says))
	})
}

func related(b *strings.Builder, c *cobra.Command, w Words) {
	if !c.HasParent() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n\\fB%s\\fR(%d)\n", w.SeeAlso, escape(pageOf(c.Parent())), section)
}

// text makes paragraphs of what blank lines part. Lines that are indented are shown
// as they stand.
func text(long string) string {
	var b strings.Builder
	for _, paragraph := range strings.Split(strings.TrimSpace(long), "\n\n") {
		if strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ") {
			fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", lines(paragraph))
			continue
		}
		fmt.Fprintf(&b, ".PP\n%s\n", lines(paragraph))
	}
	return b.String()
}

func lines(text string) string {
	all := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, l := range all {
		all[i] = escape(l)
	}
	return strings.Join(all, "\n")
}

// escape keeps roff from seeing requests and escapes in a line of text.
func escape(line string) string {
	line = strings.NewReplacer(`\`, `\e`, `-`, `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
