package main

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"net"
	"os"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/lang"
)

// settings are flags that many commands share. Where there is an environment
// variable, the flag wins.
type settings struct {
	lang       string
	passphrase string // path of a file
	server     string // address
	vote       string
	manifest   string // hash, in hexadecimal
	apiKey     string // path of a file
	roots      string // path of a file of certificates
	key        string // path of the person's key file
	terminal   string // path of the terminal's key
	yes        bool
}

// addSettings adds the flags of all commands.
func (t *tool) addSettings(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&t.settings.lang, "lang", "", "")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if l := t.settings.lang; l != "" {
			if _, err := lang.Parse(l); err != nil {
				return misuse("lang", l)
			}
		}
		return nil
	}
}

// addText adds a flag for a text, unless the command has it.
func addText(c *cobra.Command, to *string, name string) {
	if c.PersistentFlags().Lookup(name) == nil {
		c.PersistentFlags().StringVar(to, name, "", "")
	}
}

// sealed adds the flags of a command that opens or makes a key file.
func (t *tool) sealed(c *cobra.Command) *cobra.Command {
	addText(c, &t.settings.passphrase, "passphrase-file")
	return c
}

// online adds the flags of a command that speaks to a server.
func (t *tool) online(c *cobra.Command) *cobra.Command {
	addText(c, &t.settings.server, "server")
	addText(c, &t.settings.vote, "vote")
	addText(c, &t.settings.roots, "ca")
	return c
}

// verifying adds the flags of a command that follows the log.
func (t *tool) verifying(c *cobra.Command) *cobra.Command {
	addText(c, &t.settings.manifest, "manifest")
	return t.online(c)
}

// personal adds the flags of a command with which a person is known to the
// server.
func (t *tool) personal(c *cobra.Command) *cobra.Command {
	addText(c, &t.settings.apiKey, "api-key")
	return t.online(c)
}

// signing adds the flags of a command that signs with a person's key file.
func (t *tool) signing(c *cobra.Command) *cobra.Command {
	addText(c, &t.settings.key, "key")
	return t.asking(t.sealed(c))
}

// atTerminal adds the flag of a command that asks for a credential.
func (t *tool) atTerminal(c *cobra.Command) *cobra.Command {
	addText(c, &t.settings.terminal, "terminal-key")
	return c
}

// asking adds the flag of a command that asks before it acts.
func (t *tool) asking(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVarP(&t.settings.yes, "yes", "y", false, "")
	return c
}

// either is the flag, or the environment variable.
func (t *tool) either(flag, variable string) string {
	if flag != "" {
		return flag
	}
	return t.env(variable)
}

// voteName is what a vote may be called; it is part of addresses.
var voteName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// connect prepares to speak to the server; nothing is sent yet.
func (t *tool) connect() (*server, error) {
	address := t.either(t.settings.server, "PIAOJUE_SERVER")
	vote := t.either(t.settings.vote, "PIAOJUE_VOTE")
	if address == "" || vote == "" {
		return nil, misuse("no_server")
	}
	if !voteName.MatchString(vote) {
		return nil, misuse("vote_name", vote)
	}
	roots, err := readRoots(t.either(t.settings.roots, "PIAOJUE_CA"))
	if err != nil {
		return nil, err
	}
	key, err := t.apiKey()
	if err != nil {
		return nil, err
	}
	s, err := newServer(address, vote, key, roots, t.lang)
	if path := t.either(t.settings.terminal, "PIAOJUE_TERMINAL_KEY_FILE"); err == nil && path != "" {
		s.terminal, err = readPassphrase(path)
	}
	if err == nil {
		s.tells(t.timing(), t.sayWaiting)
	}
	if err == nil && key != "" && !s.private() {
		t.talk(t.words.say("open_line", address))
	}
	return s, err
}

// private reports whether what is sent can be read on the way.
func (s *server) private() bool {
	host := s.base.Hostname()
	return s.base.Scheme == "https" || host == "localhost" || net.ParseIP(host).IsLoopback()
}

func readRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := readFile(path, maxDocument)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, wrong("certificates", path)
	}
	return roots, nil
}

// apiKey finds the key by which the server knows the person: in the file of
// the flag, in the environment, or nowhere, which is nobody.
func (t *tool) apiKey() (string, error) {
	if path := t.either(t.settings.apiKey, "PIAOJUE_API_KEY_FILE"); path != "" {
		return readPassphrase(path)
	}
	return t.env("PIAOJUE_API_KEY"), nil
}

// manifestHash is the hash with which all trust starts. It comes from paper.
func (t *tool) manifestHash() ([32]byte, error) {
	text := t.either(t.settings.manifest, "PIAOJUE_MANIFEST")
	if text == "" {
		return [32]byte{}, misuse("no_manifest")
	}
	return parseHash(text)
}

// parseHash takes digits in groups, as they are read aloud.
func parseHash(text string) ([32]byte, error) {
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(b) != 32 {
		return [32]byte{}, misuse("hash")
	}
	return [32]byte(b), nil
}

// connectBoard connects, and verifies the log from the manifest hash that the person
// gave.
func (t *tool) connectBoard(ctx context.Context) (*server, *client.Board, error) {
	s, err := t.connect()
	if err != nil {
		return nil, nil, err
	}
	b, err := t.board(ctx, s)
	return s, b, err
}

// limitMemory lets the collector work harder before a vote of a million takes twice
// what it needs, some 150 MB. It is for who goes through a whole log. Scrypt takes
// more, in one piece, and asks the collector for nothing else. GOMEMLIMIT says
// otherwise.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(224 << 20)
	}
}

func (t *tool) board(ctx context.Context, s *server) (*client.Board, error) {
	limitMemory()
	hash, err := t.manifestHash()
	if err != nil {
		return nil, err
	}
	b := client.NewBoard(s.transport(ctx), s.vote, hash)
	return b, b.Update()
}

// openBoard opens one that keeps the entries, for who shows them.
func openBoard(send client.Transport, vote string, manifest [32]byte) (*client.Board, error) {
	b := client.NewBoard(send, vote, manifest)
	b.Keep()
	return b, b.Update()
}

// anyBoard is board for those who only look: without a hash it takes the
// server's, and says so.
func (t *tool) anyBoard(ctx context.Context, s *server) (*client.Board, error) {
	return t.boardAt(ctx, s, t.either(t.settings.manifest, "PIAOJUE_MANIFEST"))
}

// boardAt is a board of the vote with this hash. Without one it takes the
// server's, and says so.
func (t *tool) boardAt(ctx context.Context, s *server, text string) (*client.Board, error) {
	if text == "" {
		v, err := s.view(ctx)
		if err != nil {
			return nil, err
		}
		if text = v.Manifest; text == "" {
			return nil, wrong("not_frozen")
		}
		t.talk(t.words.say("unchecked", text))
	}
	hash, err := parseHash(text)
	if err != nil {
		return nil, err
	}
	return openBoard(s.transport(ctx), s.vote, hash)
}

// chosenLang finds the language before the flags are parsed, because help and
// errors are already in it.
func chosenLang(args []string, preferred string) lang.Lang {
	l, _ := lang.Parse(preferred)
	for i, a := range args {
		name, ok := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			name, ok = args[i+1], true
		}
		if given, err := lang.Parse(name); ok && err == nil {
			l = given
		}
	}
	return l
}
