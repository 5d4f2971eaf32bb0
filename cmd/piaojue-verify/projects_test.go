package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/group"
	"piaojue/project"
)

// memory keeps a log for a test.
type memory struct {
	entries [][]byte
	hashes  []tlog.Hash
}

func (m *memory) Size(context.Context) (uint64, error) { return uint64(len(m.entries)), nil }

func (m *memory) ReadHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		all[i] = m.hashes[at]
	}
	return all, nil
}

func (m *memory) ReadEntries(_ context.Context, start, end uint64) ([][]byte, error) {
	return m.entries[start:end], nil
}

func (m *memory) Append(_ context.Context, _ uint64, entries [][]byte, hashes []tlog.Hash) error {
	m.entries, m.hashes = append(m.entries, entries...), append(m.hashes, hashes...)
	return nil
}

// addProjects writes records of a projects' log that took its projects from the
// vote in the folder record: projects, and lying, in which a loser was adopted.
// The file key holds the key of the log.
func addProjects(dir string) error {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	err := os.WriteFile(filepath.Join(dir, "key"), []byte(hex.EncodeToString(key.Public().(ed25519.PublicKey))), 0o666)
	for _, name := range []string{"projects", "lying"} {
		err = errors.Join(err, writeProjectRecord(dir, name, key))
	}
	return err
}

func writeProjectRecord(dir, name string, key ed25519.PrivateKey) error {
	log, file, b, err := projectEntries(filepath.Join(dir, "record"), [32]byte(key.Public().(ed25519.PublicKey)), name == "lying")
	if err != nil {
		return err
	}
	ctx := context.Background()
	size := uint64(len(log.entries))
	root, err := audit.RootAt(ctx, log, size)
	if err != nil {
		return err
	}
	signed, err := audit.Sign(audit.Checkpoint{Origin: "example.org/projects", Size: size, Root: root}, key)
	if err != nil {
		return err
	}
	write := func(path string, data []byte) error {
		path = filepath.Join(dir, name, filepath.FromSlash(path))
		return errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, data, 0o666))
	}
	return errors.Join(audit.WriteRecord(ctx, log, signed, nil, write), write(audit.ContentPath(b), file))
}

// projectEntries lets a log begin, and adopt what a vote adopted.
func projectEntries(record string, key [32]byte, lie bool) (*memory, []byte, project.Blob, error) {
	_, vote := audit.Replay(audit.OpenRecord(os.DirFS(record)), audit.Options{})
	follow, _ := vote.Follow() // nil if all seats are taken
	log, s := &memory{}, project.New(group.VerifyMessage)
	var failed error
	add := func(actor uint32, b project.Body) {
		e, err := s.Draft(actor, 20260101, b)
		if err == nil {
			err = s.Apply(e)
		}
		if err == nil {
			_, err = audit.Append(context.Background(), log, uint64(len(log.entries)), [][]byte{e.Marshal()})
		}
		failed = errors.Join(failed, err)
	}
	set := project.DefaultSettings()
	set.Gates = 0
	add(0, &project.Organisation{Suite: project.Suite, Origin: "example.org/projects", Name: "某县人大", LogKey: key, Office: "人大办", Settings: set})
	file, text := project.NewBlob([32]byte{1}, project.MediaText, []byte("加装路灯"))
	add(0, &project.Suggestion{Number: 1, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: 20260101, Text: text})
	add(1, &project.Moderation{Suggestion: 1, Shown: project.ShownText})
	freeze := &project.Freeze{List: 1, Manifest: vote.ManifestHash()}
	list := &project.List{Number: 1, Year: 2026}
	adoption := &project.Adoption{List: 1, Manifest: freeze.Manifest, Result: vote.ResultHash(), Certificate: vote.CertificateHash(), First: 1}
	for i, o := range vote.Manifest().Options {
		n := uint32(i + 1)
		_, b := project.NewBlob([32]byte{2, byte(i)}, project.MediaText, nil)
		add(1, &project.Candidate{Number: n, Title: o.Name, Field: project.FieldTraffic, Figures: project.Figures{Investment: o.Investment, Fiscal: o.Fiscal, Deadline: 20261231}, Text: b})
		add(1, &project.Withdrawal{Blobs: []project.Blob{b}, Ground: project.GroundMistake})
		if o.Suggestions > 0 {
			addWishes(s, add, n, o.Suggestions)
		}
		list.Candidates = append(list.Candidates, n)
		freeze.Options = append(freeze.Options, project.Choice{Candidate: n, ID: o.ID, Suggestions: o.Suggestions})
		d := project.Decided{Candidate: n, Outcome: project.OutcomeRejected}
		switch at := uint16(i); {
		case slices.Contains(vote.Adopted(), at) != lie:
			d.Outcome = project.OutcomeAdopted
		case !lie && follow != nil && slices.Contains(follow.Origin, at):
			d.Outcome = project.OutcomeAgain
		}
		adoption.Outcomes = append(adoption.Outcomes, d)
	}
	add(1, list)
	add(1, freeze)
	add(0, adoption)
	return log, file, text, failed
}

// addWishes puts a bundle of so many suggestions behind a candidate. Their texts
// were never moderated, and the answer to them is withdrawn: no file is needed.
func addWishes(s *project.State, add func(uint32, project.Body), candidate, count uint32) {
	first := s.Next(project.NounSuggestion)
	bundle := &project.Bundle{Lead: first}
	for n := first; n < first+count; n++ {
		_, text := project.NewBlob([32]byte{3, byte(n >> 8), byte(n)}, project.MediaText, nil)
		add(0, &project.Suggestion{Number: n, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: 20260101, Text: text})
		if n > first {
			bundle.Members = append(bundle.Members, n)
		}
	}
	add(1, bundle)
	_, answer := project.NewBlob([32]byte{4, byte(candidate)}, project.MediaText, nil)
	add(1, &project.Verdict{Suggestion: first, Text: answer})
	add(1, &project.Withdrawal{Blobs: []project.Blob{answer}, Ground: project.GroundMistake})
	add(1, &project.Attachment{Candidate: candidate, Behind: []uint32{first}})
}
