package testvectors

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Record is a record and what a verifier must say about it. A negative one has
// exactly one flaw, after which it is named; all that does not depend on the
// flaw is as in its base, and signed by whoever should sign it.
type Record struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Attacks []string `json:"attacks,omitempty"` // of attacks that really happened elsewhere

	// Base is the record that ranges in Log refer to: the directory record, or
	// an earlier Record.
	Base string `json:"base,omitempty"`

	// Log has the entries in order: each string is an entry in hex, or a range
	// "first-last" of entries of Base.
	Log []string `json:"log"`

	Checkpoint string `json:"checkpoint"`
	Closing    string `json:"closing,omitempty"`

	// Patch is applied at last: a path with its content in hex, or null for a
	// file that is missing. It also has the hash tiles above level 0. A path
	// that ends in a slash is an empty directory.
	Patch map[string]*string `json:"patch,omitempty"`

	// Manifest is the hash that the verifier is given, in hex.
	Manifest string `json:"manifest"`

	// Parent is the record of the vote that this one follows, which the
	// verifier is given too: an earlier Record, or the directory record.
	Parent string `json:"parent,omitempty"`

	Expect Expect `json:"expect"`

	entries [][]byte
}

// Expect is what a verifier must report.
type Expect struct {
	Outcome string `json:"outcome"` // verified, incomplete or not verified

	// The one check that fails, and the entries at which it does; none if no
	// single entry is to blame.
	Check   string   `json:"check,omitempty"`
	Number  int      `json:"number,omitempty"`
	Entries []uint64 `json:"entries,omitempty"`

	// If no check fails: where the vote stands, and the numbers N, P, I, R, U,
	// and then V, X, totals and the outcome once there is a result; S and Q if
	// paper was handed out.
	Phase   string   `json:"phase,omitempty"`
	Numbers []uint32 `json:"numbers,omitempty"`
	Paper   []uint32 `json:"paper,omitempty"`
	Totals  []uint32 `json:"totals,omitempty"`
	Result  *Result  `json:"result,omitempty"`
}

// Result is what a vote decided. Options are numbered from 0.
type Result struct {
	Vote    string   `json:"vote"`
	Next    string   `json:"next"`
	Adopted []uint16 `json:"adopted"`
	Tied    []uint16 `json:"tied"`
}

// Records returns all records of Files, or of another copy of them, the good
// ones first.
func Records(files fs.FS) ([]*Record, error) {
	base, err := directoryEntries(files)
	if err != nil {
		return nil, err
	}
	bases := map[string][][]byte{"record": base}
	var all []*Record
	for _, name := range []string{"records.json", "negatives.json"} {
		var list []*Record
		if err := Read(files, name, &list); err != nil {
			return nil, err
		}
		for _, r := range list {
			if r.entries, err = r.expand(bases[r.Base]); err != nil {
				return nil, fmt.Errorf("testvectors: %s: %w", r.Name, err)
			}
			if bases[r.Name] == nil {
				bases[r.Name] = r.entries
			}
		}
		all = append(all, list...)
	}
	return all, nil
}

// expand returns the entries of a log whose ranges refer to base.
func (r *Record) expand(base [][]byte) ([][]byte, error) {
	var entries [][]byte
	for _, s := range r.Log {
		if !strings.Contains(s, "-") {
			e, err := hex.DecodeString(s)
			if err != nil {
				return nil, err
			}
			entries = append(entries, e)
			continue
		}
		var first, last int
		if _, err := fmt.Sscanf(s, "%d-%d", &first, &last); err != nil || last >= len(base) {
			return nil, fmt.Errorf("range %s", s)
		}
		entries = append(entries, base[first:last+1]...)
	}
	return entries, nil
}

// Entries returns the log.
func (r *Record) Entries() [][]byte { return r.entries }

const width = 256 // of a tile

// Files returns the paths and contents of the record.
func (r *Record) Files() (map[string][]byte, error) {
	files := map[string][]byte{"checkpoint": []byte(r.Checkpoint)}
	if r.Closing != "" {
		files["closing"] = []byte(r.Closing)
	}
	for start := 0; start < len(r.entries); start += width {
		part := r.entries[start:min(start+width, len(r.entries))]
		var leaves, bundle []byte
		for _, e := range part {
			leaf := sha256.Sum256(append([]byte{0}, e...))
			leaves = append(leaves, leaf[:]...)
			bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(e))), e...)
		}
		name := fmt.Sprintf("%03d", start/width)
		if len(part) < width {
			name += fmt.Sprintf(".p/%d", len(part))
		}
		files["tile/0/"+name], files["tile/entries/"+name] = leaves, bundle
	}
	return files, r.patch(files)
}

func (r *Record) patch(files map[string][]byte) error {
	for path, content := range r.Patch {
		if content == nil {
			delete(files, path)
			continue
		}
		data, err := hex.DecodeString(*content)
		if err != nil {
			return err
		}
		files[path] = data
	}
	return nil
}

// directoryEntries reads the entries of the directory record, which has one
// bundle.
func directoryEntries(files fs.FS) ([][]byte, error) {
	bundles, err := fs.Glob(files, "record/tile/entries/000.p/*")
	if err != nil || len(bundles) != 1 {
		return nil, errors.New("testvectors: directory record has no bundle")
	}
	data, err := fs.ReadFile(files, bundles[0])
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if len(data) < end {
			return nil, errors.New("testvectors: directory record is cut off")
		}
		entries, data = append(entries, data[2:end]), data[end:]
	}
	return entries, nil
}
