// Bench takes synthetic votes of 10^3 to 10^6 ballots through their whole life
// with the programs that people use, piaojued, piaojue and piaojue-verify, each a
// process of its own, and prints how long each step took and how much memory each
// program held at the most:
//
//	go run ./bench -dir build/million -sizes 1000,10000,100000,1000000
//
// It is a deputy a million times over: it asks the server for each credential,
// seals each ballot and casts it, over HTTP. It may be stopped at any time. What is
// done stands in the folder, and the same command goes on from there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// options are the flags.
type options struct {
	dir        string
	bin        string
	listen     string
	sizes      []int
	candidates int
	choose     int
	keep       bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	var all []*journal
	for _, n := range o.sizes {
		v, err := openVote(o, n)
		if err != nil {
			return err
		}
		if err := v.run(ctx); err != nil {
			return fmt.Errorf("%d ballots: %w; the same command goes on from here", n, err)
		}
		all = append(all, v.journal)
	}
	printTable(os.Stdout, all)
	return nil
}

func parse(args []string) (options, error) {
	var o options
	var sizes string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.dir, "dir", "", "`folder` for all that is made; 10^6 ballots of 13 options need 40 GB")
	f.StringVar(&o.bin, "bin", "bin", "`folder` of the three programs")
	f.StringVar(&o.listen, "listen", "127.0.0.1:8097", "`host:port` of the server")
	f.StringVar(&sizes, "sizes", "1000,10000", "`numbers` of ballots, with commas between them")
	f.IntVar(&o.candidates, "candidates", 13, "options on a ballot")
	f.IntVar(&o.choose, "choose", 10, "how many may be chosen")
	f.BoolVar(&o.keep, "keep", false, "keep what large files a vote leaves")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.dir == "" || f.NArg() > 0 {
		return o, errors.New("say -dir FOLDER, and nothing but flags")
	}
	for _, text := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < leastBallots || n > mostBallots {
			return o, fmt.Errorf("-sizes: %q is no number between %d and %d", text, leastBallots, mostBallots)
		}
		o.sizes = append(o.sizes, n)
	}
	var err error
	if o.bin, err = filepath.Abs(o.bin); err == nil {
		o.dir, err = filepath.Abs(o.dir)
	}
	return o, err
}

const (
	leastBallots = 10
	mostBallots  = 1_000_000
)
