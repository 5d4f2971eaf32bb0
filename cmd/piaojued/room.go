package main

import (
	"fmt"
	"io"
)

const (
	// maxConns bounds the connections, and so the memory that they take: about 40
	// KiB each, and what is on its way.
	maxConns = 8192
	// otherFiles are those that a server needs beside connections: the database,
	// its readers, keys, connections to issuers and witnesses.
	otherFiles = 512
	// fewConns is what a hall needs at the least.
	fewConns = 2048
)

// room is how many connections a daemon takes, each of which needs so many files:
// never more than the system lets it open. Without a file for one more it could
// not even open its database anew (attack S8).
func room(talk io.Writer, files int) int {
	limit := openable()
	if limit == 0 {
		return maxConns
	}
	n := max(min(maxConns, (limit-otherFiles)/files), 16)
	if n < fewConns {
		fmt.Fprintf(talk, "piaojued: the system allows %d open files, which is enough for %d connections; allow 20000 (LimitNOFILE=20000)\n", limit, n)
	}
	return n
}
