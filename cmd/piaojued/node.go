package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/node"
	"piaojue/store"
	"piaojue/web"
)

func (h home) nodeKey() string { return filepath.Join(h.keys(), "node.key") }

func nodeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "node",
		Short: "Prepare several servers that share one PostgreSQL database",
		Args:  usage(cobra.NoArgs),
		RunE:  showUsage,
	}
	start := &cobra.Command{
		Use:   "init",
		Short: "Draw the key by which nodes know each other, into DIR/keys/node.key",
		Long: `Draw the key by which nodes know each other, into DIR/keys/node.key.

Do this once, and copy the file to DIR/keys of each other node by hand. Whoever
has it can do all that a node can.`,
		Example: `  piaojued node init --dir /var/lib/piaojue`,
		Args:    usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := homeOf(c)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(h.keys(), 0o700); err != nil {
				return err
			}
			return node.InitKey(h.nodeKey())
		},
	}
	addHome(start)
	c.AddCommand(start, forgetNode())
	return c
}

func forgetNode() *cobra.Command {
	c := &cobra.Command{
		Use:   "forget NAME",
		Short: "Take a node that will not come again off the list of those that are missed",
		Long: `Take a node that will not come again off the list of those that are missed.

The page of operations says that a node does not answer until it is forgotten. A
node that comes again writes itself down again.`,
		Example: `  piaojued node forget c --dir /var/lib/piaojue --db 'postgres://piaojue@db1,db2/piaojue?sslmode=verify-full'`,
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if _, err := required(c, "db"); err != nil {
				return err
			}
			h, err := homeOf(c)
			if err != nil {
				return err
			}
			err = store.ForgetNode(c.Context(), h.url, args[0])
			if errors.Is(err, store.ErrNotFound) {
				return hint(fmt.Errorf("no node is called %s", args[0]), "the page of operations shows their names")
			}
			return err
		},
	}
	addHome(c)
	addDatabase(c)
	return c
}

// nodeOptions say what one of several servers is called, and where the others
// reach it.
type nodeOptions struct{ name, listen, address string }

func (o *nodeOptions) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.name, "node-name", "", "`name` of this node, which no other has; with --db (default: the machine's)")
	f.StringVar(&o.listen, "node-listen", ":8444", "`host:port` for the other nodes; with --db")
	f.StringVar(&o.address, "node-address", "", "`host:port` at which the other nodes reach this one; with --db (default: the machine's name)")
}

var nodeName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`)

// complete fills in what was not given.
func (o *nodeOptions) complete() error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	if o.name == "" {
		o.name = strings.ToLower(host)
	}
	if !nodeName.MatchString(o.name) {
		return &usageError{fmt.Errorf("--node-name %q: use up to 40 small letters, digits, dots and hyphens", o.name)}
	}
	return nil
}

// serveNode serves as one of several nodes until interrupted. What happens to the
// database ends a node's lead, not the node.
func (h home) serveNode(c *cobra.Command, o listenOptions, s web.Config, of nodeOptions) error {
	if err := of.complete(); err != nil {
		return err
	}
	key, err := node.OpenKey(h.nodeKey())
	if errors.Is(err, os.ErrNotExist) {
		return hint(err, "draw it once with piaojued node init, and copy it to each node")
	}
	if err != nil {
		return err
	}
	link, err := net.Listen("tcp", of.listen)
	if err != nil {
		return err
	}
	address := of.address
	if address == "" {
		if address, err = reachable(link.Addr()); err != nil {
			return err
		}
	}
	s.Keys, s.Font = h.keys(), font(s.Log)
	lead := leader{home: h, name: of.name, config: s}
	lead.node = node.New(node.Config{
		URL: h.url, Name: of.name, Address: address, Link: link, Key: key, Keys: h.keys(),
		Lead: lead.open, Server: web.HTTPServer, OnWelcome: web.OnWelcome, Welcome: web.Welcome, Log: s.Log,
	})
	fmt.Fprintf(c.ErrOrStderr(), "piaojued: node %s, for other nodes at %s\n", of.name, address)
	nodeMetrics(s.Metrics, lead.node)
	ctx, stop := context.WithCancel(context.WithoutCancel(c.Context()))
	done := make(chan error, 1)
	go func() { done <- lead.node.Run(ctx) }()
	o.files = 2 // each connection may go on to the leader
	// Those who are being served keep their leader until they have their answers.
	err = o.run(c, lead.node, nil)
	stop()
	return errors.Join(err, <-done)
}

// reachable is the machine's name with the port of a socket.
func reachable(a net.Addr) (string, error) {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			return "", err
		}
	}
	return net.JoinHostPort(host, port), nil
}

// leader opens what the node that leads runs.
type leader struct {
	home
	name   string
	node   *node.Node
	config web.Config
}

func (l *leader) open(ctx context.Context, lease *store.Lease) (*node.Service, error) {
	shared := l.shared(l.name)
	shared.Lease = lease
	db, err := l.openShared(ctx, shared)
	if err != nil {
		return nil, why(explain(err))
	}
	s := l.config
	s.DB, s.Nodes = db, l.nodes
	if s.Projects, s.ProjectsDown = shared.OpenProjects(ctx); s.ProjectsDown != nil {
		s.Log.Error("the projects are not served, votes are", "error", s.ProjectsDown)
	}
	var lacking []string
	s.KeysLacking = func(vote string) { lacking = append(lacking, vote) }
	s.KeysDrawn = l.keysDrawn
	server, err := web.Open(ctx, s)
	if err != nil {
		return nil, errors.Join(why(explain(err)), closeStores(s))
	}
	if len(lacking) > 0 {
		s.Log.Error("this node lacks the keys of votes, or of the projects, which it does not serve until another node brings them", "of", lacking)
	}
	return &node.Service{
		Handler: server.Handler(),
		Stopped: db.Stopped(), // not when the projects stop: they do so alone
		Lacking: lacking,
		Doubts:  server.DoubtsKey,
		Close: func() {
			server.Close()
			if err := closeStores(s); err != nil {
				s.Log.Error("close", "error", err)
			}
		},
	}, nil
}

// keysDrawn has the keys of a new vote on another node before anything is begun
// with them. A node that is alone goes on: the operations
// page and /healthz say how many there are.
func (l *leader) keysDrawn(ctx context.Context, vote string) error {
	err := l.node.Spread(ctx)
	if errors.Is(err, node.ErrAlone) {
		l.config.Log.Error("no other node has the keys of a new vote", "vote", vote)
		return nil
	}
	return err
}

func closeStores(s web.Config) error {
	var err error
	if s.Projects != nil {
		err = s.Projects.Close()
	}
	return errors.Join(err, s.DB.Close())
}
