package client

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"piaojue/audit"
	"piaojue/election"
)

// FetchRecord fetches the record at the server's latest checkpoint and hands
// over each file (PROTOCOL.md, "Log, record, receipt"). It verifies nothing:
// that is what the record is for.
func FetchRecord(send Transport, vote string, progress func(done, total int), write func(path string, data []byte) error) error {
	get := func(path string) ([]byte, error) {
		return send(Request{Method: "GET", Path: "/board/" + vote + "/" + path, Issuer: Server})
	}
	note, err := get("checkpoint")
	if err != nil {
		return err
	}
	c, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	if err := write("checkpoint", note); err != nil {
		return err
	}
	closing, err := fetchClosing(get, c.Size)
	if err == nil && closing != nil {
		err = write("closing", closing)
	}
	if err != nil {
		return err
	}
	issuers := 0
	tiles := append(audit.Tiles(c.Size), audit.Bundles(0, c.Size)...)
	for i, t := range tiles {
		data, err := get(t.Path())
		if err == nil {
			err = write(t.Path(), data)
		}
		if err != nil {
			return err
		}
		if t.Entries() && t.Start() == 0 {
			issuers = countIssuers(t, data)
		}
		progress(i+1, len(tiles))
	}
	if closing == nil {
		return nil // a register could be ahead of this record
	}
	return fetchRegisters(get, issuers, write)
}

// countIssuers returns how many issuers the manifest names; none if what the
// server sent is no record, which the verifier will say.
func countIssuers(t audit.Tile, bundle []byte) int {
	entries, err := t.ParseEntries(bundle)
	if err != nil || len(entries) == 0 {
		return 0
	}
	e, err := election.ParseEntry(entries[0])
	if err != nil || e.Kind != election.KindManifest {
		return 0
	}
	m, err := election.ParseManifest(e.Body)
	if err != nil {
		return 0
	}
	return len(m.Issuers)
}

// fetchRegisters fetches what issuers say they signed, as far as the server has
// it.
func fetchRegisters(get func(string) ([]byte, error), issuers int, write func(path string, data []byte) error) error {
	for i := range issuers {
		checkpoint, entries := audit.RegisterPaths(uint8(i))
		note, err := get(checkpoint)
		if refused, ok := errors.AsType[*Refusal](err); ok && refused.Status == notFound {
			continue
		}
		if err != nil {
			return err
		}
		rows, err := get(entries)
		if err != nil {
			return err
		}
		// The server may have got a longer one in between.
		if c, err := audit.ReadCheckpoint(note); err == nil && c.Size*audit.RegisterRowSize < uint64(len(rows)) {
			rows = rows[:c.Size*audit.RegisterRowSize]
		}
		if err := write(checkpoint, note); err != nil {
			return err
		}
		if err := write(entries, rows); err != nil {
			return err
		}
	}
	return nil
}

// notFound is the status of an answer for what is not there.
const notFound = 404

// fetchClosing returns the closing checkpoint, nil if there is none yet in a
// log of this size.
func fetchClosing(get func(string) ([]byte, error), size uint64) ([]byte, error) {
	note, err := get("closing")
	if refused, ok := errors.AsType[*Refusal](err); ok && refused.Status == notFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := audit.ReadCheckpoint(note)
	if err != nil || c.Size > size {
		return nil, err
	}
	return note, nil
}

// ErrOffline means that a record does not have what is asked for.
var ErrOffline = errors.New("client: a record answers only for the log")

// maxFile admits a bundle of 256 of the longest entries.
const maxFile = 32 << 20

// Offline returns a Transport that serves the log of a vote from the files of a
// record, as if a server did.
func Offline(files fs.FS, vote string) Transport {
	return func(r Request) ([]byte, error) {
		name, ok := strings.CutPrefix(r.Path, "/board/"+vote+"/")
		if !ok || r.Method != "GET" {
			return nil, ErrOffline
		}
		f, err := files.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
		if err == nil && len(data) > maxFile {
			err = fmt.Errorf("%w: %s is too large", ErrOffline, name)
		}
		return data, err
	}
}
