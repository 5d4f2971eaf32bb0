package gen

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
)

// tilePath and bundlePath name the first files of a record.
func (r *record) tilePath() string   { return audit.Tiles(r.size())[0].Path() }
func (r *record) bundlePath() string { return audit.Bundles(0, r.size())[0].Path() }

// bundle returns the first bundle, and where entry i begins in it.
func (r *record) bundle(i int) (data []byte, at int) {
	t := audit.Bundles(0, r.size())[0]
	data = r.tile(t, r.size())
	for _, e := range r.entries[:i] {
		at += 2 + len(e)
	}
	return data, at + 2
}

// spoilLine changes one bit in the n-th signature of a note.
func spoilLine(note []byte, n int) []byte {
	lines := strings.SplitAfter(string(note), "\n")
	head, last, _ := strings.Cut(strings.TrimSuffix(lines[4+n], "\n"), " ")
	name, data, _ := strings.Cut(last, " ")
	raw := must(base64.StdEncoding.DecodeString(data))
	raw[len(raw)-20] ^= 1
	lines[4+n] = head + " " + name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
	return []byte(strings.Join(lines, ""))
}

// otherRoot returns a checkpoint of the same size and another root.
func (v *vote) otherRoot(size uint64) audit.Checkpoint {
	c := v.head(size)
	c.Root[0] ^= 1
	return c
}

var recordFlaws = map[election.CheckID][]flaw{
	election.CheckRecordFiles: {
		{name: "record_file_missing", about: "the entry bundle is missing", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { r.patch[r.bundlePath()] = nil })},
		{name: "record_checkpoint_missing", about: "the checkpoint is missing", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { r.patch["checkpoint"] = nil })},
		{name: "record_foreign_file", about: "a file that no record has", attacks: []string{"S7"}, nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { r.patch["README"] = []byte("read me\n") })},
		{name: "record_foreign_directory", about: "an empty directory that no record has", attacks: []string{"S7"}, nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { r.patch["tile/2/"] = []byte{} })},
		{name: "record_partial_tile_left_over", about: "a hash tile of an earlier size, right for that size", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) {
				r.patch["tile/0/000.p/3"] = v.tile(audit.Tiles(3)[0], 3)
			})},
		{name: "record_tile_cut_off", about: "the last byte of a hash tile is missing", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) {
				tile := v.tile(audit.Tiles(v.size())[0], v.size())
				r.patch[r.tilePath()] = tile[:len(tile)-1]
			})},
		{name: "record_closing_missing", about: "a collection entry, but no closing checkpoint", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { r.closing = nil })},
		{name: "record_closing_too_early", about: "a closing checkpoint, but no collection entry", nowhere: true,
			from: "collection", change: func(v *vote) { v.until = "collection" },
			hooks: onFiles(func(v *vote, r *record) { r.closing = r.checkpoint })},
	},
	election.CheckRecordEntries: {
		{name: "record_entry_changed", about: "one bit of entry 5 is changed, its leaf hash is not",
			hooks: onFiles(func(v *vote, r *record) {
				data, at := r.bundle(5)
				data[at+40] ^= 1
				r.patch[r.bundlePath()] = data
				v.blamed = []uint64{5}
			})},
		{name: "record_bundle_trailing_byte", about: "one byte after the last entry", attacks: []string{"G7", "S7"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) {
				data, _ := r.bundle(0)
				r.patch[r.bundlePath()] = append(data, 0)
			})},
	},
	election.CheckRecordTiles: {
		{name: "checkpoint_other_root", about: "log and witnesses signed another tree of this size: the log was rewritten",
			attacks: []string{"S2"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.checkpoint = v.signed(v.otherRoot(v.size()), "w1", "w2") })},
		{name: "record_tile_level_1_changed", about: "a hash of level 1 is not that of the tile below", base: "wide", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.patch["tile/1/000.p/1"][7] ^= 1 })},
	},
	election.CheckLogCheckpoint: {
		{name: "checkpoint_log_signature_false", about: "the log's signature does not verify", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { r.checkpoint = spoilLine(r.checkpoint, 0) })},
		{name: "checkpoint_signed_by_other_log", about: "signed with another key under the log's name", attacks: []string{"S1"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) {
				r.checkpoint = v.cosigned(must(audit.Sign(v.head(v.size()), key("another log"))), "w1", "w2")
			})},
		{name: "checkpoint_other_origin", about: "the origin is not the manifest's", attacks: []string{"S1"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) {
				c := v.head(v.size())
				c.Origin = "vote.example/another"
				r.checkpoint = v.signed(c, "w1", "w2")
			})},
		{name: "checkpoint_with_extension_line", about: "a fourth line of text, signed by log and witnesses", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.checkpoint = v.extended(v.head(v.size()), "w1", "w2") })},
		{name: "checkpoint_signature_twice", about: "one cosignature stands twice", attacks: []string{"K4"}, nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) {
				lines := bytes.SplitAfter(r.checkpoint, []byte("\n"))
				r.checkpoint = append(r.checkpoint, lines[5]...)
			})},
		{name: "checkpoint_signature_of_stranger", about: "a signature line of nobody whom the manifest names", attacks: []string{"S7"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.checkpoint = v.cosigned(r.checkpoint, "w4") })},
		{name: "closing_of_a_fork", about: "the closing checkpoint has another root: trustees were shown another log",
			attacks: []string{"S1", "K5"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.closing = v.signed(v.otherRoot(v.closing), "w2", "w3") })},
		{name: "closing_signature_twice", about: "one cosignature stands twice on the closing checkpoint", attacks: []string{"K4"}, nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) {
				lines := bytes.SplitAfter(r.closing, []byte("\n"))
				r.closing = append(r.closing, lines[5]...)
			})},
		{name: "closing_signature_of_stranger", about: "a signature line of nobody whom the manifest names, on the closing checkpoint", attacks: []string{"S7"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.closing = v.cosigned(r.closing, "w4") })},
		{name: "closing_too_late", about: "the closing checkpoint covers one entry more than the collection", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.closing = v.signed(v.head(v.closing+1), "w2", "w3") })},
	},
	election.CheckLogWitnesses: {
		{name: "checkpoint_one_witness_short", about: "one cosignature where two are demanded", attacks: []string{"S1"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.checkpoint = v.signed(v.head(v.size()), "w3") })},
		{name: "checkpoint_cosignature_false", about: "the second of three cosignatures does not verify; the other two were enough", attacks: []string{"S1"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) {
				r.checkpoint = spoilLine(v.signed(v.head(v.size()), "w1", "w2", "w3"), 2)
			})},
		{name: "closing_one_witness_short", about: "the same on the closing checkpoint", attacks: []string{"S1"}, nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.closing = v.signed(v.head(v.closing), "w1") })},
	},
	election.CheckManifestHash: {
		{name: "manifest_of_another_vote", about: "a good record, but not of the vote whose manifest hash is on paper",
			attacks: []string{"B6", "B7"}, hooks: onFiles(func(v *vote, r *record) {
				r.given[0] ^= 1
				v.blamed = []uint64{0}
			})},
	},
}

// badManifest is a vote that ends with its manifest.
func badManifest(name, about string, change func(m *election.Manifest), attacks ...string) flaw {
	return flaw{
		name: name, about: about, attacks: attacks, from: "manifest", change: func(v *vote) { v.until = "trustees" },
		hooks: onBody(0, func(_ *vote, m *election.Manifest) { change(m) }),
	}
}

var smallOrder = append([]byte{1}, make([]byte, 31)...) // the neutral element of Ed25519

var manifestFlaws = map[election.CheckID][]flaw{
	election.CheckManifestForm: {
		badManifest("manifest_other_suite", "a suite that does not exist", func(m *election.Manifest) { m.Suite = "piaojue-v0" }, "G1", "V3"),
		badManifest("manifest_half_of_trustees", "two of four trustees could open, and so could the other two",
			func(m *election.Manifest) { m.Trustees = 4 }, "K8"),
		badManifest("manifest_threshold_above_trustees", "n and t exchanged", func(m *election.Manifest) { m.Trustees, m.Threshold = 2, 3 }, "K8"),
		badManifest("manifest_one_ballot_is_enough", "a single ballot may be opened", func(m *election.Manifest) { m.MinBallots = 1 }, "K5", "K11"),
		badManifest("manifest_real_without_witnesses", "a real vote that asks for no witness", func(m *election.Manifest) {
			m.Kind, m.Policy = election.Real, "quorum none\n"
		}, "S1"),
		badManifest("manifest_write_in", "a rule that has one value only has another", func(m *election.Manifest) { m.Rules.WriteIn = true }, "B9"),
		badManifest("manifest_undervote_not_enforced", "all marks are demanded in a mode without a limit that enforces it", func(m *election.Manifest) {
			m.Rules.BallotMode, m.Rules.Undervote = ballot.YNAEach, election.UndervoteInvalid
		}),
		badManifest("manifest_min_marks_not_enforced", "at least one mark in a mode without a limit that enforces it", func(m *election.Manifest) {
			m.Rules.BallotMode, m.Rules.MinMarks = ballot.YNACapped, 1
		}),
		badManifest("manifest_100_witnesses", "with the log 101 may sign, and no reader of notes takes more than 100 lines", func(m *election.Manifest) {
			m.Policy = moreWitnesses(100) + "quorum x0\n"
		}),
		badManifest("manifest_witness_like_the_log", "a witness with the log's key name and key ID: nobody can tell whose line it is", func(m *election.Manifest) {
			m.Origin, m.LogKey = "vote.example/manifest_x", [32]byte(unhex(logTwins[0]))
			m.Policy = twin("a", m.Origin, logTwins[1]) + "quorum a\n"
		}),
		badManifest("manifest_key_twice", "the promise key is the log key", func(m *election.Manifest) { m.Promise = m.LogKey }),
		badManifest("manifest_key_of_small_order", "under this log key one signature fits many messages",
			func(m *election.Manifest) { m.LogKey = [32]byte(smallOrder) }),
		badManifest("manifest_issuer_twice", "two issuers have one key: there is one issuer", func(m *election.Manifest) {
			m.Issuers = append(m.Issuers, m.Issuers[0])
		}, "V9"),
		badManifest("manifest_option_twice", "two options have one id", func(m *election.Manifest) { m.Options[1].ID = m.Options[0].ID }),
		badManifest("manifest_second_round_of_nothing", "round 2 without a parent", func(m *election.Manifest) { m.Round = 2 }),
		{name: "manifest_trailing_byte", about: "one byte after the last field", attacks: []string{"G7"}, from: "manifest",
			change: func(v *vote) { v.until = "trustees" },
			hooks:  onBytes(election.KindManifest, 0, func(_ *vote, b []byte) []byte { return append(slices.Clone(b), 0) })},
		{name: "empty_log", about: "a log without any entry", from: "manifest", change: func(v *vote) { v.until = "trustees" }, nowhere: true,
			hooks: onEntry(election.KindManifest, 0, func(v *vote, _ *election.Entry) []byte {
				v.blamed = nil
				return nil
			})},
	},
}
