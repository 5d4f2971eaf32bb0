package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/store"
	"piaojue/web"
)

func backupCommand() *cobra.Command {
	var to []string
	var out string
	c := &cobra.Command{
		Use:   "backup",
		Short: "Copy database, ballot box, projects and keys into one file that only its recipients can open",
		Long: `Copy database, ballot box, projects and keys into one file that only its recipients can open.

The server may go on, during the voting too. The copy is checked as a start
checks it before it is sealed to each --to (an age recipient: age1pq1… or
age1…). It stands in DIR/backup.tmp meanwhile, as readable as DIR itself, and is
overwritten at the end; if the command is killed, by the server, or when that
starts. The keys of persons (DIR/people) are not in it.

With --db it copies the PostgreSQL database of several nodes, with the keys of the
one in DIR, into the same file: restored, one machine can go on with it, or nodes
with a new database. The keys of ballot boxes are not in it.

Two backups made during one voting, with their keys, show what came in between:
see SECURITY.md. Keep them as close as the hall's doors.`,
		Example: `  piaojued backup key --out operator.key
  piaojued backup --dir /var/lib/piaojue --to age1pq1… --to age1pq1… --out monday.backup
  piaojued backup --dir d --db 'postgres://piaojue@db1,db2/piaojue?sslmode=verify-full' --to age1pq1… --out monday.backup`,
		Args: usage(cobra.NoArgs),
	}
	addHome(c)
	addDatabase(c)
	c.Flags().StringArrayVar(&to, "to", nil, "age `recipient` who can open it; may be repeated")
	c.Flags().StringVar(&out, "out", "", "`file` to write; it must not exist")
	c.RunE = func(c *cobra.Command, _ []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		if _, err := required(c, "out"); err != nil {
			return err
		}
		if _, err := keyfile.EncryptTo(io.Discard, to...); err != nil {
			return &usageError{fmt.Errorf("--to: %w", err)}
		}
		return h.backup(c, to, out)
	}
	c.AddCommand(backupKeyCommand())
	return c
}

func backupKeyCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "key",
		Short: "Draw a key that opens backups, and print the recipient for --to",
		Long: `Draw a key that opens backups, and print the recipient for --to.

Do it on the machine of whoever keeps the key, not on the server.`,
		Example: `  piaojued backup key --out operator.key`,
		Args:    usage(cobra.NoArgs),
	}
	c.Flags().StringVar(&out, "out", "", "`file` to write; it must not exist")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if _, err := required(c, "out"); err != nil {
			return err
		}
		identity, recipient, err := keyfile.GenerateIdentity()
		if err != nil {
			return err
		}
		if err := keyfile.Write(out, []byte("# public: "+recipient+"\n"+identity+"\n")); err != nil {
			return err
		}
		fmt.Fprintln(c.OutOrStdout(), recipient)
		return nil
	}
	return c
}

// backup copies, checks the copy, and seals it.
func (h home) backup(c *cobra.Command, to []string, out string) (err error) {
	if _, err := os.Lstat(out); err == nil {
		return fmt.Errorf("%s exists already and is not overwritten", out)
	}
	if err := h.holds(); err != nil {
		return err
	}
	unlock, err := lockFile(h.dir, backupLock)
	if err != nil {
		return err
	}
	defer unlock()
	twin, erase, err := h.twin(backupCopy)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, erase()) }()
	if err := h.copyTo(c.Context(), twin); err != nil {
		return explain(err)
	}
	votes, err := twin.inspect(c.Context())
	if err != nil {
		return explain(err)
	}
	sum, err := seal(twin, h, to, out)
	if err != nil {
		return err
	}
	if err := h.markBackup(); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%x  %s\n", sum, out)
	tellBackup(c, votes)
	return nil
}

// holds refuses a folder of which nothing can be copied.
func (h home) holds() error {
	path := h.db()
	if h.url != "" {
		path = h.keys()
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds no database", h.dir)
	}
	return nil
}

// twin makes an empty folder for a copy in this one, instead of what a command that
// was killed has left there.
func (h home) twin(name string) (twin home, erase func() error, err error) {
	twin = home{dir: filepath.Join(h.dir, name)}
	erase = func() error { return eraseFolder(twin.dir) }
	if err := erase(); err != nil {
		return twin, nil, err
	}
	if err := errors.Join(os.Mkdir(twin.dir, 0o700), os.Mkdir(twin.keys(), 0o700)); err != nil {
		return twin, nil, errors.Join(err, erase())
	}
	return twin, erase, nil
}

// copyTo copies what a server may be writing. The last checkpoints go first:
// kept ones that are newer than the database would look like a rollback. The
// keys go last: those of a vote are made before it, and never changed.
func (h home) copyTo(ctx context.Context, twin home) error {
	if err := copyKeys(h.keys(), twin.keys(), "*.head"); err != nil {
		return err
	}
	if err := h.copyDatabase(ctx, twin); err != nil {
		return err
	}
	return copyKeys(h.keys(), twin.keys(), "*.key")
}

func (h home) copyDatabase(ctx context.Context, twin home) error {
	if h.url != "" {
		return h.shared(byCommand).Save(ctx, twin.db())
	}
	return store.Copy(ctx, h.db(), twin.db())
}

// copyKeys copies no key of a ballot box: beside the write-ahead log of PostgreSQL it
// would tell in which order ballots came (attack V14), and a copy needs none.
func copyKeys(from, to, pattern string) error {
	paths, err := filepath.Glob(filepath.Join(from, pattern))
	if err != nil {
		return err
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".box.key") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// inspect checks a folder that nobody serves.
func (h home) inspect(ctx context.Context) ([]web.Standing, error) {
	db, err := h.open(ctx)
	if err != nil {
		return nil, err
	}
	votes, err := web.Inspect(ctx, db, h.keys())
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return votes, h.inspectProjects(ctx)
}

// inspectProjects checks the projects of a folder, if it has any.
func (h home) inspectProjects(ctx context.Context) error {
	if _, err := os.Stat(h.projects()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	db, err := store.OpenProjects(ctx, h.db())
	if err != nil {
		return err
	}
	return errors.Join(web.InspectProjects(ctx, db, h.keys()), db.Close())
}

// eraseFolder overwrites every file of a folder and removes it.
func eraseFolder(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return store.EraseFile(path)
	})
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// tellBackup warns of what a copy shows during the voting.
func tellBackup(c *cobra.Command, votes []web.Standing) {
	for _, v := range votes {
		if v.Running() {
			say(c, "saved.running", v.ID)
		}
	}
	say(c, "saved.keep")
}

// say tells the operator something in both languages.
func say(c *cobra.Command, id string, args ...any) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		fmt.Fprintf(c.ErrOrStderr(), "piaojued: %s\n", l.Text(id, args...))
	}
}
