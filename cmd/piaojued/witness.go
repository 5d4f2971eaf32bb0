package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/keyfile"
	"piaojue/web"
)

func witnessCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "witness",
		Short: "Watch the logs of others, so that no server can show two histories",
		Long: `Watch the logs of others, so that no server can show two histories.

A witness remembers how long each log was that it has seen, and cosigns only
what continues it. Terminals, trustees and auditors believe a log only if enough
witnesses of the vote's policy have cosigned it. Run one on a machine that the
server's operators do not have: another organ, a newspaper, a delegation.

  1. piaojued witness init    makes a key and prints a line for the policy;
                              the staff lead of the vote puts it there
  2. piaojued witness add     once the vote is frozen: takes the key of its log
                              from the manifest whose hash is on paper
  3. piaojued witness serve   cosigns from then on

It learns no choice, and nothing about who voted. Never start it from a backup
of its folder: it would have forgotten what it cosigned. Make a new one.`,
		Args: usage(cobra.NoArgs),
		RunE: showUsage,
	}
	c.AddCommand(witnessInitCommand(), witnessAddCommand(), witnessServeCommand())
	return c
}

// witnessHome is the folder of a witness.
type witnessHome struct {
	dir string
}

func (h witnessHome) key() string  { return filepath.Join(h.dir, "witness.key") }
func (h witnessHome) logs() string { return filepath.Join(h.dir, "logs") }

func addWitnessHome(c *cobra.Command, h *witnessHome, passphrase *string) {
	c.Flags().StringVar(&h.dir, "dir", "", "`folder` of the witness")
	c.Flags().StringVar(passphrase, "passphrase-file", "", "`file` with the passphrase of the key")
}

func witnessInitCommand() *cobra.Command {
	var h witnessHome
	var passphrase, name, url string
	var seal bool
	c := &cobra.Command{
		Use:   "init",
		Short: "Draw a witness's key, and print its line for the policy of a vote",
		Long: `Draw a witness's key, and print its line for the policy of a vote.

The key is written to DIR/witness.key: in plain with mode 0600, so that the
witness starts unattended, or with --seal as an age file under a passphrase, from
a prompt, --passphrase-file or PIAOJUED_PASSPHRASE.

The line goes to the staff lead, who names in the policy how many must cosign.
One witness can serve many votes.`,
		Example: `  piaojued witness init --dir witness --name witness.example.org/1 --url https://witness.example.org`,
		Args:    usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			for _, flag := range []string{"dir", "name"} {
				if _, err := required(c, flag); err != nil {
					return err
				}
			}
			if url != "" {
				if err := web.CheckWitnessURL(url); err != nil {
					return &usageError{fmt.Errorf("--url: %w", err)}
				}
			}
			vkey, err := h.init(name, seal, passphrase)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), strings.TrimSpace(fmt.Sprintf("witness %s %s %s", name, vkey, url)))
			return nil
		},
	}
	addWitnessHome(c, &h, &passphrase)
	c.Flags().StringVar(&name, "name", "", "`name` of the witness, best like an address: witness.example.org/1")
	c.Flags().StringVar(&url, "url", "", "`address` under which servers will find it")
	c.Flags().BoolVar(&seal, "seal", false, "seal the key with a passphrase")
	return c
}

// seedValue names the seed in the key file of a witness.
const seedValue = "ed25519"

// init refuses to overwrite a key before it draws one.
func (h witnessHome) init(name string, seal bool, passphrase string) (*audit.Key, error) {
	if _, err := os.Stat(h.key()); err == nil {
		return nil, fmt.Errorf("%s exists already and is not overwritten", h.key())
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	vkey, err := web.WitnessVKey(name, key)
	if err != nil {
		return nil, &usageError{fmt.Errorf("--name %q: a name has no spaces and no +", name)}
	}
	s := &keyfile.Secret{Kind: keyfile.Witness, Label: name, Values: map[string][]byte{seedValue: key.Seed()}}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, err
	}
	if !seal {
		return vkey, keyfile.WriteKey(h.key(), s)
	}
	secret, err := newPassphrase(passphrase)
	if err != nil {
		return nil, err
	}
	data, err := keyfile.Seal(s, secret)
	if err != nil {
		return nil, err
	}
	return vkey, keyfile.Write(h.key(), data)
}

// open reads the key, which says itself whether it is sealed.
func (h witnessHome) open(passphrase string) (name string, key ed25519.PrivateKey, err error) {
	data, err := keyfile.Read(h.key())
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return "", nil, hint(err, "draw one with: piaojued witness init --dir %s --name NAME", h.dir)
		}
		return "", nil, err
	}
	s, err := keyfile.Parse(data)
	if err != nil {
		s, err = openSealed(data, passphrase)
	}
	if err == nil {
		err = s.Check(keyfile.Witness, "")
	}
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", h.key(), err)
	}
	seed, err := s.Value(seedValue, ed25519.SeedSize)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", h.key(), err)
	}
	return s.Label, ed25519.NewKeyFromSeed(seed), nil
}

func witnessServeCommand() *cobra.Command {
	var h witnessHome
	var o listenOptions
	var passphrase string
	var logs []string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Cosign what the logs of DIR/logs have come to, until interrupted",
		Long: `Cosign what the logs of DIR/logs have come to, until interrupted.

DIR/logs holds the verifier key of a log on each line (name+id+key), as "piaojued
witness add" writes them; # begins a comment.
Servers send checkpoints to POST /add-checkpoint (C2SP tlog-witness).

What was cosigned is kept in DIR/monitoring before the answer leaves; any web
server may show that folder. If a log's key has signed two histories, the proof
is written to DIR/evidence-….txt: give it to the presidium, who can check it
with "piaojue board evidence FILE".`,
		Example: `  piaojued witness serve --dir witness --listen :8443 --tls-cert cert.pem --tls-key key.pem
  piaojued witness serve --dir witness --log vote.example.org/v1+0a1b2c3d+AbCd…`,
		Args: usage(cobra.NoArgs),
	}
	addWitnessHome(c, &h, &passphrase)
	addListen(c, &o, "127.0.0.1:8082")
	c.Flags().StringArrayVar(&logs, "log", nil, "`key` of a further log; may be repeated")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if _, err := required(c, "dir"); err != nil {
			return err
		}
		keys, err := h.readLogs(logs)
		if err != nil {
			return err
		}
		name, key, err := h.open(passphrase)
		if err != nil {
			return err
		}
		return h.serve(c, &o, web.WitnessConfig{Name: name, Key: key, Logs: keys, Folder: h.dir, Log: o.log.logger(c)})
	}
	return c
}

// readLogs reads the keys of DIR/logs, and adds those of the command line.
func (h witnessHome) readLogs(more []string) ([]*audit.Key, error) {
	text, err := os.ReadFile(h.logs())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var keys []*audit.Key
	for i, line := range append(strings.Split(string(text), "\n"), more...) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		k, err := audit.ParseKey(line)
		if err != nil || k.IsWitness() {
			return nil, hint(fmt.Errorf("%s: line %d is no key of a log", h.logs(), i+1), "a key has three parts: NAME+ID+KEY, as the board of the vote prints it")
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, hint(errors.New("there is no log to witness"), "add one with: piaojued witness add --dir %s, or give --log", h.dir)
	}
	return keys, nil
}

func (h witnessHome) serve(c *cobra.Command, o *listenOptions, config web.WitnessConfig) error {
	unlock, err := lock(h.dir)
	if err != nil {
		return err
	}
	defer unlock()
	w, err := web.OpenWitness(config)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "piaojued: the witness is %s\n", w.Key())
	for _, k := range config.Logs {
		fmt.Fprintf(c.ErrOrStderr(), "piaojued: it cosigns the log %s\n", k.Name())
	}
	return o.run(c, w.Handler(), nil)
}
