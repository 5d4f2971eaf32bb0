// Command piaojued is the server of votes, and the issuer and the witness that
// somebody else runs beside it.
//
//	piaojued init --dir DIR           makes a database, keys and persons
//	piaojued serve --dir DIR          serves until it is interrupted
//	piaojued person add --dir DIR …   gives a person a key, or a new one
//	piaojued person link --dir DIR …  lets a person in again who is locked out
//	piaojued backup --dir DIR …       seals a copy of everything to recipients
//	piaojued restore FILE --dir DIR … checks a backup and puts it in place
//	piaojued migrate --dir DIR --to … moves to PostgreSQL, between votes
//	piaojued grant ACCOUNT --db …     lets a PostgreSQL account serve that owns nothing
//	piaojued check --dir DIR          checks a folder after a crash
//	piaojued doctor --dir DIR         says what to put right before a session
//	piaojued issuer init --dir DIR    draws an issuer's key and prints its card
//	piaojued issuer serve --dir DIR … signs for a vote of another server
//	piaojued witness init --dir DIR … draws a witness's key and prints its line
//	piaojued witness add --dir DIR …  takes a vote's log key from its manifest
//	piaojued witness serve --dir DIR  cosigns what the logs of others have come to
//	piaojued node init --dir DIR      draws the key of servers that work together
//	piaojued relay --to HOST:PORT     passes terminals' connections on, unread
//	piaojued health --listen …        asks a server whether it serves
//
// Data goes to standard output, talk to standard error with the prefix
// "piaojued:". The exit status is 0 for success, 1 for failure and 2 for wrong
// use. Secrets are files of mode 0600 or age files, never arguments.
//
// The packages below decide everything; here are flags, files, sockets and
// signals.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(out, errs)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errShown):
		return exitUsage
	}
	fmt.Fprintf(errs, "piaojued: %v\n", err)
	if h, ok := errors.AsType[*hintError](err); ok {
		fmt.Fprintf(errs, "piaojued: hint: %s\n", h.hint)
	}
	if isUsage(err) {
		return exitUsage
	}
	return exitFailed
}

func newRoot(out, errs io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "piaojued",
		Short: "The server of verifiable secret votes (票决服务)",
		Long: `The server of verifiable secret votes (票决服务).

To begin:
  piaojued init --dir DIR
  piaojued serve --dir DIR

Each setting is a flag, a variable PIAOJUED_<FLAG> or a line "flag = value" of
the file given with --config, in this order.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usage(cobra.NoArgs),
		RunE:          showUsage,
		Version:       versionText(),
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}")
	root.SetOut(out)
	root.SetErr(errs)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().String("config", "", "file of settings, one `flag = value` a line")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if err := checkEnvironment(root, os.Environ()); err != nil {
			return err
		}
		return configure(c, os.LookupEnv)
	}
	root.AddCommand(initCommand(), serveCommand(), personCommand(), issuerCommand(), witnessCommand(), relayCommand(),
		backupCommand(), restoreCommand(), migrateCommand(), grantCommand(), nodeCommand(), checkCommand(), doctorCommand(), healthCommand(), versionCommand())
	return root
}

// errShown ends a command that has shown its usage.
var errShown = errors.New("usage was shown")

// showUsage is what a command does that only holds others.
func showUsage(c *cobra.Command, _ []string) error {
	c.SetOut(c.ErrOrStderr())
	return errors.Join(errShown, c.Help())
}

// usageError says that the command was called wrongly.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

// usage makes the errors of a check of arguments usage errors.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return &usageError{err}
		}
		return nil
	}
}

// isUsage also knows the errors that cobra makes itself and gives no type.
func isUsage(err error) bool {
	_, ok := errors.AsType[*usageError](err)
	return ok || strings.HasPrefix(err.Error(), "unknown command")
}

// hintError says beside what is wrong what to do about it.
type hintError struct {
	error
	hint string
}

func (e *hintError) Unwrap() error { return e.error }

func hint(err error, format string, args ...any) error {
	return &hintError{err, fmt.Sprintf(format, args...)}
}

// required returns the value of a flag that must be given.
func required(c *cobra.Command, name string) (string, error) {
	v, err := c.Flags().GetString(name)
	if err == nil && v == "" {
		err = &usageError{fmt.Errorf("--%s is missing; see %s --help", name, c.CommandPath())}
	}
	return v, err
}
