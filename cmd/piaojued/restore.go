package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/store"
	"piaojue/web"
)

func restoreCommand() *cobra.Command {
	var identity, passphraseFile string
	var replace bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Check a backup, and only then put it in place",
		Long: `Check a backup, and only then put it in place.

DIR must be empty or not there. With --replace the server that is there is kept
beside it as DIR.before-TIME; a backup that is older than what that server has
signed is refused.

With --db it goes into a PostgreSQL database that is empty, by the account that
owns it (piaojued grant makes another one that serves), and the keys into DIR.
Start that node first; give the others an empty DIR with its keys/node.key only.

What is checked: all database files, every log from its first entry to the
signature of its last checkpoint, and that each box holds at least as many
ballots as its log has promised. A server that was restored asks the witnesses
before it signs anything.`,
		Example: `  piaojued restore monday.backup --dir /var/lib/piaojue --identity operator.key
  piaojued restore monday.backup --dir d --db 'postgres://piaojue@db1,db2/new?sslmode=verify-full' --identity operator.key`,
		Args: usage(cobra.ExactArgs(1)),
	}
	addHome(c)
	addDatabase(c)
	c.Flags().StringVar(&identity, "identity", "", "`file` of the key that opens the backup")
	c.Flags().StringVar(&passphraseFile, "passphrase-file", "", "`file` with the passphrase of the key, if it has one")
	c.Flags().BoolVar(&replace, "replace", false, "put the server that is there aside")
	c.RunE = func(c *cobra.Command, args []string) error {
		h, err := homeOf(c)
		if err != nil {
			return err
		}
		if _, err := required(c, "identity"); err != nil {
			return err
		}
		data, err := keyfile.Read(identity)
		if err != nil {
			return err
		}
		ids, err := keyfile.ParseIdentities(data, func() (string, error) { return passphrase(passphraseFile, "Passphrase of the key: ") })
		if err != nil {
			return fmt.Errorf("%s: %w", identity, err)
		}
		return h.restore(c, args[0], ids, replace)
	}
	return c
}

// restore leaves everything as it was if anything is wrong.
func (h home) restore(c *cobra.Command, path string, ids *keyfile.Identities, replace bool) (err error) {
	h.dir = filepath.Clean(h.dir)
	unlock, err := h.claim(replace)
	if err != nil {
		return err
	}
	defer unlock()
	fresh := home{dir: h.dir + ".restore"}
	if err := os.MkdirAll(filepath.Dir(fresh.dir), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(fresh.dir, 0o700); err != nil {
		return hint(err, "another restore is under way, or was killed: then remove %s", fresh.dir)
	}
	defer func() { err = errors.Join(err, eraseFolder(fresh.dir)) }() // it is gone if all is well
	votes, err := fresh.unpack(c.Context(), path, ids)
	if err != nil {
		return explainRestore(err)
	}
	if err := fresh.follow(c.Context(), h); err != nil {
		return explainRestore(err)
	}
	if err := fresh.load(c, h.url); err != nil {
		return explainMove(err)
	}
	aside, err := h.replaceBy(fresh)
	if err != nil {
		return err
	}
	tellRestored(c, h, votes, aside)
	return nil
}

// claim makes sure that nothing is overwritten and nobody serves the folder.
func (h home) claim(replace bool) (func(), error) {
	files, err := os.ReadDir(h.dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	if !replace {
		return nil, hint(fmt.Errorf("%s is not empty", h.dir), "name another folder, or give --replace: what is there is then put aside, not removed")
	}
	return lock(h.dir)
}

// unpack decrypts and checks.
func (h home) unpack(ctx context.Context, path string, ids *keyfile.Identities) ([]web.Standing, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := unseal(f, ids, h.dir); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := os.MkdirAll(h.keys(), 0o700); err != nil {
		return nil, err
	}
	votes, err := h.inspect(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range votes {
		if !v.Live() {
			continue
		}
		if err := web.MarkRestored(h.keys(), v.ID); err != nil {
			return nil, err
		}
	}
	return votes, nil
}

// load moves the database to PostgreSQL, if it shall be there. Only keys stay.
func (h home) load(c *cobra.Command, url string) error {
	if url == "" {
		return nil
	}
	if err := h.prepareBoxes(c); err != nil {
		return err
	}
	if _, err := store.Load(c.Context(), h.db(), store.Shared{URL: url, Name: byCommand, Keys: web.NewKeyring(h.keys())}); err != nil {
		return err
	}
	return store.Erase(h.db())
}

// follow refuses what is older than the last checkpoints of the server that it
// would replace (attack S2). Those may outlive a lost database.
func (h home) follow(ctx context.Context, before home) error {
	kept, err := filepath.Glob(filepath.Join(before.keys(), "*.head"))
	if err != nil || len(kept) == 0 {
		return err
	}
	db, err := h.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(web.Follows(ctx, db, before.keys()), db.Close())
}

// replaceBy puts a folder in the place of this one, which is kept.
func (h home) replaceBy(fresh home) (aside string, err error) {
	err = os.Remove(h.dir) // if it is empty
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		aside = h.dir + ".before-" + time.Now().UTC().Format("20060102T150405")
		if err := os.Rename(h.dir, aside); err != nil {
			return "", err
		}
	}
	if err := os.Rename(fresh.dir, h.dir); err != nil {
		return "", err
	}
	return aside, keyfile.SyncFolder(filepath.Dir(h.dir))
}

// explainRestore says what to do with a backup that is not put in place.
func explainRestore(err error) error {
	switch {
	case errors.Is(err, keyfile.ErrIdentity):
		return hint(err, "%s / %s", lang.ZH.Text("restore.identity"), lang.EN.Text("restore.identity"))
	case errors.Is(err, web.ErrStale):
		return hint(err, "%s / %s", lang.ZH.Text("restore.stale"), lang.EN.Text("restore.stale"))
	case errors.Is(err, store.ErrDamaged):
		return hint(err, "%s / %s", lang.ZH.Text("restore.damaged"), lang.EN.Text("restore.damaged"))
	}
	return err
}

// tellRestored says what was found, and what comes next.
func tellRestored(c *cobra.Command, h home, votes []web.Standing, aside string) {
	for _, v := range votes {
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			fmt.Fprintln(c.OutOrStdout(), l.Text("restore.vote", v.ID, v.Title, l.Text("phase."+v.Phase.String()), v.Entries, v.Ballots, v.Promised))
		}
	}
	if aside != "" {
		say(c, "restore.aside", aside)
	}
	say(c, "restore.once")
	for _, v := range votes {
		switch {
		case v.Running():
			say(c, "restore.voting", v.ID)
		case v.Live() && !v.Witnessed:
			say(c, "restore.unwitnessed", v.ID)
		}
	}
	if h.url != "" {
		say(c, "restore.nodes", h.dir, h.url)
		return
	}
	say(c, "restore.serve", h.dir)
}
