package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"piaojue/web"
)

// A relay stands on a scrutineer's machine between terminals and server. It
// passes bytes on, each connection for itself, and ends no TLS: it cannot read
// what goes through, and the server sees one address for the whole hall. It
// writes down neither addresses nor times, and opens a connection of its own for
// each that comes, so that it joins none to another. (Whoever has relay and
// server together sees what the server alone would see without it.)

const (
	relayDial    = 10 * time.Second
	relayIdle    = 2 * time.Minute        // a terminal's page is heard every five seconds
	relayAgain   = 100 * time.Millisecond // after a connection that could not be taken
	relayBuffer  = 32 << 10
	relayFirst   = 4 << 10 // many may never say more
	relayedParts = 2       // there and back
	filesRelayed = 2       // of each connection
)

func relayCommand() *cobra.Command {
	var listen, to string
	c := &cobra.Command{
		Use:   "relay",
		Short: "Pass terminals' connections on to a server, unread",
		Long: `Pass terminals' connections on to a server, unread.

It runs on a machine of a scrutineer, between terminals and server, so that the
server does not see from which seat a connection comes. It ends no TLS and
keeps no record. Terminals take it with: piaojue terminal --relay HOST:PORT.
Terminals whose page the server serves take it if the server's name leads to
the relay in their network.`,
		Example: `  piaojued relay --listen :8444 --to vote.example.org:8443`,
		Args:    usage(cobra.NoArgs),
	}
	c.Flags().StringVar(&listen, "listen", ":8444", "`host:port` to listen on")
	c.Flags().StringVar(&to, "to", "", "`host:port` of the server")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if _, err := required(c, "to"); err != nil {
			return err
		}
		if _, _, err := net.SplitHostPort(to); err != nil {
			return &usageError{fmt.Errorf("--to %s: %w", to, err)}
		}
		ln, err := net.Listen("tcp", listen)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.ErrOrStderr(), "piaojued: passing connections to %s on to %s\n", ln.Addr(), to)
		notify("READY=1")
		return relay(c.Context(), web.NewRelayDoor(ln, room(c.ErrOrStderr(), filesRelayed)), to)
	}
	return c
}

// relay passes connections on until the context ends; then it cuts them. Behind
// it the whole hall has one address: so it is here that seats take turns, and that
// whoever opens thousands of connections makes room for the others (attack S8).
func relay(ctx context.Context, ln net.Listener, to string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	var under sync.WaitGroup
	defer under.Wait()
	defer cancel()
	for {
		from, err := accept(ctx, ln)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		under.Go(func() { pass(ctx, from, to) })
	}
}

// accept waits for a connection. A machine that has no files left for one more
// has some again when others end: whoever opens many must not cut those that are
// under way (attack S8).
func accept(ctx context.Context, ln net.Listener) (net.Conn, error) {
	for {
		c, err := ln.Accept()
		if err == nil || errors.Is(err, net.ErrClosed) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(relayAgain):
		}
	}
}

// pass carries one connection. What goes wrong with it is nobody's but the two
// ends' to know.
func pass(ctx context.Context, from net.Conn, to string) {
	defer from.Close()
	defer context.AfterFunc(ctx, func() { from.Close() })()
	first := make([]byte, relayFirst)
	from.SetReadDeadline(time.Now().Add(relayDial))
	n, err := from.Read(first) // who says nothing costs the server nothing
	if err != nil {
		return
	}
	server, err := (&net.Dialer{Timeout: relayDial}).DialContext(ctx, "tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	server.SetWriteDeadline(time.Now().Add(relayIdle))
	if _, err := server.Write(first[:n]); err != nil {
		return
	}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	done := make(chan struct{}, relayedParts)
	go func() { carry(server, from); done <- struct{}{} }()
	go func() { carry(from, server); done <- struct{}{} }()
	for range relayedParts {
		<-done
	}
}

// carry copies until one end is done, silent for too long, or gone, and tells
// the other end that nothing more comes.
func carry(to, from net.Conn) {
	buffer := make([]byte, relayBuffer)
	for {
		from.SetReadDeadline(time.Now().Add(relayIdle))
		n, err := from.Read(buffer)
		if n > 0 {
			to.SetWriteDeadline(time.Now().Add(relayIdle))
			if _, err := to.Write(buffer[:n]); err != nil {
				from.Close()
				return
			}
		}
		if errors.Is(err, io.EOF) {
			finish(to)
			return
		}
		if err != nil {
			to.Close()
			return
		}
	}
}

// finish ends one direction of a connection, if it has two.
func finish(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
		return
	}
	c.Close()
}
