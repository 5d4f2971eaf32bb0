package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/courier"
	"piaojue/keyfile"
	"piaojue/store"
	"piaojue/web"
)

func issuerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "issuer",
		Short: "Run a second issuer, on a machine that the server's operators do not have",
		Args:  usage(cobra.NoArgs),
		RunE:  showUsage,
	}
	c.AddCommand(issuerInitCommand(), issuerServeCommand())
	return c
}

// issuerHome is the folder of an issuer.
type issuerHome struct {
	dir string
	key string // another path of the key
}

func (h issuerHome) db() string { return filepath.Join(h.dir, "issuer.db") }

func (h issuerHome) keyPath() string {
	if h.key != "" {
		return h.key
	}
	return filepath.Join(h.dir, "issuer.key")
}

func addIssuerHome(c *cobra.Command, h *issuerHome, passphrase *string) {
	c.Flags().StringVar(&h.dir, "dir", "", "`folder` of the issuer")
	c.Flags().StringVar(&h.key, "key", "", "`file` of the key, if not DIR/issuer.key")
	c.Flags().StringVar(passphrase, "passphrase-file", "", "`file` with the passphrase of the key")
}

// card is what the staff lead puts into the draft.
type card struct {
	Name    string `json:"name"`
	Modulus string `json:"modulus"`
	Key     string `json:"key"`
	URL     string `json:"url"`
}

func issuerInitCommand() *cobra.Command {
	var h issuerHome
	var passphrase, name, url string
	var seal bool
	c := &cobra.Command{
		Use:   "init",
		Short: "Draw an issuer's key for one vote, and print its card for the manifest",
		Long: `Draw an issuer's key for one vote, and print its card for the manifest.

The key is written to DIR/issuer.key: in plain with mode 0600, so that the
issuer starts unattended, or with --seal as an age file under a passphrase, from
a prompt, --passphrase-file or PIAOJUED_PASSPHRASE. A key must never serve two
votes.`,
		Example: `  piaojued issuer init --dir issuer --name 监票人发票机 --url https://issuer.example.org:8443`,
		Args:    usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := required(c, "dir"); err != nil {
				return err
			}
			if url != "" {
				if err := courier.CheckURL(url); err != nil {
					return &usageError{fmt.Errorf("--url: %w", err)}
				}
			}
			issuer, err := h.init(name, seal, passphrase)
			if err != nil {
				return err
			}
			modulus, register := issuer.Public()
			return printCard(c, card{name, hex.EncodeToString(modulus[:]), hex.EncodeToString(register[:]), url})
		},
	}
	addIssuerHome(c, &h, &passphrase)
	c.Flags().StringVar(&name, "name", "issuer", "`name` of the issuer in the manifest")
	c.Flags().StringVar(&url, "url", "", "`address` under which terminals will find it")
	c.Flags().BoolVar(&seal, "seal", false, "seal the key with a passphrase")
	return c
}

func printCard(c *cobra.Command, x card) error {
	text, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s\n", text)
	return nil
}

// init refuses to overwrite a key before it draws one.
func (h issuerHome) init(name string, seal bool, passphrase string) (*web.IssuerKeys, error) {
	if _, err := os.Stat(h.keyPath()); err == nil {
		return nil, fmt.Errorf("%s exists already and is not overwritten", h.keyPath())
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, err
	}
	var secret string
	if seal {
		var err error
		if secret, err = newPassphrase(passphrase); err != nil {
			return nil, err
		}
	}
	issuer, err := web.GenerateIssuerKeys()
	if err != nil {
		return nil, err
	}
	s := issuer.Secret(name)
	if !seal {
		return issuer, keyfile.WriteKey(h.keyPath(), s)
	}
	data, err := keyfile.Seal(s, secret)
	if err != nil {
		return nil, err
	}
	return issuer, keyfile.Write(h.keyPath(), data)
}

// issuer opens the key, which says itself whether it is sealed.
func (h issuerHome) issuer(passphrase string) (*web.IssuerKeys, error) {
	data, err := keyfile.Read(h.keyPath())
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, hint(err, "draw one with: piaojued issuer init --dir %s", h.dir)
		}
		return nil, err
	}
	s, err := keyfile.Parse(data)
	if err != nil {
		s, err = openSealed(data, passphrase)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.keyPath(), err)
	}
	return web.IssuerKeysOf(s)
}

func issuerServeCommand() *cobra.Command {
	var h issuerHome
	var o listenOptions
	var passphrase string
	var from voteBoard
	c := &cobra.Command{
		Use:   "serve",
		Short: "Sign for a vote of another server, as far as its log verifies",
		Long: `Sign for a vote of another server, as far as its log verifies.

It follows the log from the manifest hash, which must come from paper, and signs
once for each issuance that is in it. Its answers are in DIR/issuer.db. It says
at the start which issuer of the manifest it is, and ends if it is none.`,
		Example: `  piaojued issuer serve --dir issuer --server https://vote.example.org --vote v1 --manifest HEX --listen :8443 …`,
		Args:    usage(cobra.NoArgs),
	}
	addIssuerHome(c, &h, &passphrase)
	addListen(c, &o, "127.0.0.1:8081")
	from.add(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		board, hash, err := from.open(c)
		if err != nil {
			return err
		}
		key, err := h.issuer(passphrase)
		if err != nil {
			return err
		}
		return h.serve(c, &o, web.IssuerConfig{
			Log: o.log.logger(c), Key: key, Keys: filepath.Dir(h.keyPath()), Vote: from.vote, Manifest: hash, Board: board, Folder: h.dir,
		})
	}
	return c
}

func (h issuerHome) serve(c *cobra.Command, o *listenOptions, config web.IssuerConfig) error {
	unlock, err := lock(h.dir)
	if err != nil {
		return err
	}
	defer unlock()
	db, err := store.OpenDB(c.Context(), h.db())
	if err != nil {
		return explain(err)
	}
	defer db.Close()
	config.DB = db
	issuer, err := web.OpenIssuer(c.Context(), config)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(c.Context())
	c.SetContext(ctx)
	var checking sync.WaitGroup
	checking.Go(func() { checkKey(ctx, issuer, c.ErrOrStderr(), stop) })
	err = o.run(c, issuer.Handler(), db)
	stop(nil)
	checking.Wait()
	if cause := context.Cause(ctx); err == nil && fatal(cause) {
		return explainIssuer(cause)
	}
	return err
}

// retryEvery is the time between two questions to a server that does not answer.
const retryEvery = 5 * time.Second

// checkKey compares the key with the manifest, and stops an issuer whose
// signatures would be worth nothing. It asks until the server answers, and says
// once that it does not.
func checkKey(ctx context.Context, i *web.Issuer, talk io.Writer, stop context.CancelCauseFunc) {
	for told := false; ; told = true {
		number, err := i.Check(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			fmt.Fprintf(talk, "piaojued: the key is that of issuer %d of the manifest\n", number)
			return
		case fatal(err):
			stop(err)
			return
		case !told:
			fmt.Fprintf(talk, "piaojued: the server does not answer and is asked again every %v: %v\n", retryEvery, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryEvery):
		}
	}
}

// fatal reports what asking again does not change.
func fatal(err error) bool {
	return errors.Is(err, web.ErrNotIssuer) || errors.Is(err, client.ErrBoard) || errors.Is(err, audit.ErrRollback)
}

func explainIssuer(err error) error {
	if errors.Is(err, web.ErrNotIssuer) {
		return hint(err, "use the key whose card is in the manifest, or freeze a vote with the card of this one")
	}
	if errors.Is(err, audit.ErrRollback) {
		return hint(err, "its files are an older copy: bring the newest ones back; if they are lost, open a new round of issuing without this issuer")
	}
	return hint(err, "compare --manifest with the paper; if it is right, the server shows a false log: tell the presidium")
}

func parseHash(text string) (hash [32]byte, err error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(hash) {
		return hash, &usageError{errors.New("--manifest is not a hash of 64 hexadecimal digits")}
	}
	return [32]byte(raw), nil
}
