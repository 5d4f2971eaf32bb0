// Command piaojue is the people's tool: session staff, presidium, scrutineers,
// trustees and deputies do their part of a vote with it, and anybody follows
// and checks one.
//
// Each role has a file and a command of its own. All of them share a few parts,
// which are plain functions: [server] speaks to piaojued, the functions of
// entry.go build entries and sign them, and package client does what needs
// care. Secrets are in key files under a passphrase (package keyfile), never in
// an argument.
//
// Data goes to standard output. Talk goes to standard error, each line prefixed
// "piaojue: ". The exit status is 0 for success, 1 for failure, and 2 if the
// command was used wrongly.
package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"piaojue/lang"
)

const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// version is set by the linker for a release.
var version = "devel"

func main() {
	t := &tool{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(t.run(ctx, os.Args[1:]))
}

// tool is one run of the command.
type tool struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
	now      func() time.Time
	lang     lang.Lang
	words    *phrases
	settings settings
	lines    *bufio.Reader // of in, once somebody was asked
	pace     pace          // zero is the usual one
}

func (t *tool) run(ctx context.Context, args []string) int {
	t.speak(chosenLang(args, t.env("PIAOJUE_LANG")))
	root := t.root()
	root.SetArgs(args)
	return t.finish(root.ExecuteContext(ctx))
}

// speak chooses the language. The help is made of it, so that it must be known
// before the flags are read.
func (t *tool) speak(l lang.Lang) {
	t.lang, t.words = l, phrasesIn(l)
}

// root is the command without arguments.
func (t *tool) root() *cobra.Command {
	cobra.EnableCommandSorting = false
	root := t.group("piaojue")
	root.Version = version
	root.SetVersionTemplate("piaojue {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.CompletionOptions.DisableDefaultCmd = true
	t.addSettings(root)
	t.addTasks(root)
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "no-help"}) // ours is in the list of tasks
	t.localize(root)
	return root
}

// addTasks lists the tasks in the order in which people meet them.
func (t *tool) addTasks(root *cobra.Command) {
	for _, g := range []struct {
		id    string
		tasks []*cobra.Command
	}{
		{"start", []*cobra.Command{t.demoCommand()}},
		{"prepare", []*cobra.Command{t.measuresCommand(), t.keysCommand(), t.badgesCommand()}},
		{"session", []*cobra.Command{
			t.organizerCommand(), t.presidiumCommand(), t.scrutineerCommand(), t.trusteeCommand(),
			t.tellerCommand(), t.deputyCommand(), t.terminalCommand(), t.projectCommand(),
		}},
		{"anyone", []*cobra.Command{
			t.watchCommand(), t.boardCommand(), t.recordCommand(), t.receiptCommand(), t.resultCommand(), t.formsCommand(), t.adoptCommand(),
		}},
		{"other", []*cobra.Command{t.completionCommand(), t.helpCommand()}},
	} {
		root.AddGroup(&cobra.Group{ID: g.id, Title: t.words.say("group." + g.id)})
		for _, c := range g.tasks {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
}
