package gen

import (
	"bytes"
	"slices"

	"piaojue/audit"
	"piaojue/election"
)

// registerKey is the key of an issuer's register.
func registerKey(issuer uint8) string { return "register " + string('0'+rune(issuer)) }

// signedRows returns what an issuer has signed, as far as the log tells.
func (v *vote) signedRows(issuer uint8) (rows []audit.RegisterRow) {
	var o *election.Opening
	for i, raw := range v.entries {
		e, err := election.ParseEntry(raw)
		if err != nil {
			continue
		}
		if e.Kind == election.KindOpening {
			o = must(election.ParseOpening(e.Body))
		}
		if b, err := election.ParseIssuance(e.Body); e.Kind == election.KindIssuance && err == nil && slices.Contains(o.Issuers, issuer) {
			rows = append(rows, audit.RegisterRow{Epoch: o.Epoch, Leaf: b.Leaf.Index, Index: uint64(i), Vector: b.Vector})
		}
	}
	return rows
}

// putRegister puts a signed register into the record.
func (r *record) putRegister(issuer uint8, rows []audit.RegisterRow) {
	var b []byte
	for _, row := range rows {
		b = append(b, row.Marshal()...)
	}
	checkpoint, entries := audit.RegisterPaths(issuer)
	r.patch[entries] = append([]byte{}, b...)
	r.patch[checkpoint] = must(audit.SignRegister(r.manifest.Origin, issuer, b, nil, key(registerKey(issuer))))
}

func onRows(change func(v *vote, rows []audit.RegisterRow) []audit.RegisterRow) hooks {
	return onFiles(func(v *vote, r *record) { r.putRegister(0, change(v, v.signedRows(0))) })
}

func onCheckpoint(change func(v *vote, r *record, note []byte) []byte) hooks {
	return onFiles(func(v *vote, r *record) {
		checkpoint, _ := audit.RegisterPaths(0)
		r.patch[checkpoint] = change(v, r, r.patch[checkpoint])
	})
}

var registerFlaws = map[election.CheckID][]flaw{
	election.CheckRecordFiles: {
		{name: "register_entries_missing", about: "a checkpoint of a register without its rows", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { delete(r.patch, "issuer/0/entries") })},
		{name: "register_checkpoint_missing", about: "rows of a register without its checkpoint", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) { delete(r.patch, "issuer/0/checkpoint") })},
		{name: "register_cut_off", about: "the last byte of a register is missing", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) {
				b := r.patch["issuer/0/entries"]
				r.patch["issuer/0/entries"] = b[:len(b)-1]
			})},
		{name: "register_number_padded", about: "the number of the issuer is not written as it must be", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) {
				r.patch["issuer/00/checkpoint"], r.patch["issuer/00/entries"] = r.patch["issuer/0/checkpoint"], r.patch["issuer/0/entries"]
				delete(r.patch, "issuer/0/checkpoint")
				delete(r.patch, "issuer/0/entries")
			})},
	},
	election.CheckIssuersRegister: {
		{name: "register_other_vector", about: "an issuer signed other blinded messages than those that the log names", attacks: []string{"V7", "V8"}, nowhere: true,
			hooks: onRows(func(_ *vote, rows []audit.RegisterRow) []audit.RegisterRow {
				rows[1].Vector[5] ^= 1
				return rows
			})},
		{name: "register_row_not_logged", about: "an issuer signed for a deputy for whom the log has no issuance", attacks: []string{"V8"}, nowhere: true,
			hooks: onRows(func(_ *vote, rows []audit.RegisterRow) []audit.RegisterRow {
				rows[1].Leaf = 3
				return rows
			})},
		{name: "register_other_index", about: "a row names an entry that is no issuance", nowhere: true,
			hooks: onRows(func(_ *vote, rows []audit.RegisterRow) []audit.RegisterRow {
				rows[1].Index = 1
				return rows
			})},
		{name: "register_index_beyond_log", about: "a row names an entry behind the end of the log", attacks: []string{"S1"}, nowhere: true,
			hooks: onRows(func(_ *vote, rows []audit.RegisterRow) []audit.RegisterRow {
				rows[1].Index = 1<<63 + 7
				return rows
			})},
		{name: "register_other_epoch", about: "a row names another epoch than its issuance", nowhere: true,
			hooks: onRows(func(_ *vote, rows []audit.RegisterRow) []audit.RegisterRow {
				rows[1].Epoch = 2
				return rows
			})},
		{name: "register_signed_twice", about: "an issuer signed twice for one issuance", attacks: []string{"V7"}, nowhere: true,
			hooks: onRows(func(_ *vote, rows []audit.RegisterRow) []audit.RegisterRow { return append(rows, rows[0]) })},
		{name: "register_of_issuer_out_of_force", about: "an issuer signed whom the opening does not name", base: "outside_issuer", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.putRegister(1, v.signedRows(0)[:1]) })},
		{name: "register_other_key", about: "the log key signed the register", nowhere: true,
			hooks: onCheckpoint(func(v *vote, r *record, _ []byte) []byte {
				return must(audit.SignRegister(v.manifest.Origin, 0, r.patch["issuer/0/entries"], nil, key("log")))
			})},
		{name: "register_signature_false", about: "the issuer's signature does not verify", nowhere: true,
			hooks: onCheckpoint(func(_ *vote, _ *record, note []byte) []byte { return spoilLine(note, 0) })},
		{name: "register_of_another_number", about: "the origin is that of another issuer's register", nowhere: true,
			hooks: onCheckpoint(func(v *vote, r *record, _ []byte) []byte {
				return must(audit.SignRegister(v.manifest.Origin, 1, r.patch["issuer/0/entries"], nil, key(registerKey(0))))
			})},
		{name: "register_signature_twice", about: "the issuer's signature stands twice", attacks: []string{"S7"}, nowhere: true,
			hooks: onCheckpoint(func(_ *vote, _ *record, note []byte) []byte {
				return append(note, bytes.SplitAfter(note, []byte("\n"))[4]...)
			})},
		{name: "register_signature_of_stranger", about: "a witness cosigned the register", attacks: []string{"S7"}, nowhere: true,
			hooks: onCheckpoint(func(v *vote, _ *record, note []byte) []byte { return v.cosigned(note, "w1") })},
		{name: "register_other_rows", about: "the rows are not those that the issuer signed, but right", nowhere: true,
			hooks: onFiles(func(_ *vote, r *record) {
				b := r.patch["issuer/0/entries"]
				r.patch["issuer/0/entries"] = slices.Concat(b[audit.RegisterRowSize:], b[:audit.RegisterRowSize])
			})},
		{name: "register_of_nobody", about: "a register of an issuer that the manifest does not name", nowhere: true,
			hooks: onFiles(func(v *vote, r *record) { r.putRegister(1, v.signedRows(0)) })},
	},
}
