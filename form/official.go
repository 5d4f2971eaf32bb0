package form

import (
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"github.com/skip2/go-qrcode"

	"piaojue/audit"
	"piaojue/election"
)

// A Form is one official form of a vote (表一 to 表七) or of projects (表八 to
// 表十四, and two lists). [Forms] and [Papers] make them of a log; [Form.PDF] and [Form.XLSX] write the same content. The same log gives the
// same bytes on any machine, so that an auditor can make the form that was
// signed once more and compare.
type Form struct {
	Number int    // 1 is 表一
	Name   string // 签到情况报告单

	mark   string // of a vote that does not count
	blocks []block
	basis  basis
}

// A basis is the part of the log that a form says something about: it ends
// with the entry the form rests on. What is added to the log later does not
// change the form.
type basis struct {
	manifest   [32]byte
	projects   [32]byte // name of the log of the projects, for a form about them
	checkpoint audit.Checkpoint
}

// Forms returns the official forms that a vote has come to, in their order.
// s is the state after all entries of the log, and root that of its tree; both
// were verified by who calls. An error of entries is returned.
//
// The announcement obeys display.tallies. What people may see when, and who may
// see the other forms, is up to the caller.
func Forms(s *election.State, root [32]byte, entries iter.Seq2[[]byte, error]) ([]*Form, error) {
	m, err := readMinutes(s, entries)
	if err != nil {
		return nil, err
	}
	if m.basis().checkpoint.Root != root {
		return nil, errors.New("form: entries are not those of the root")
	}
	return m.forms(), nil
}

func (m *minutes) forms() []*Form {
	var forms []*Form
	for i, make := range []func() *Form{
		m.attendanceForm, m.openingForm, m.collectionForm, m.resultForm, m.announcementForm, m.roundForm, m.keepingForm,
	} {
		if f := make(); f != nil {
			f.Number = i + 1
			forms = append(forms, f)
		}
	}
	return forms
}

// newForm begins a form that rests on the last entry of some kinds. Its title
// says which vote it is.
func (m *minutes) newForm(name string, kinds ...election.Kind) *Form {
	f := &Form{Name: words(name)}
	for _, k := range kinds {
		if b := m.rests[k]; b.checkpoint.Size > f.basis.checkpoint.Size {
			f.basis = b
		}
	}
	if m.manifest.Kind != election.Real {
		f.mark = words("tx.kind_" + m.manifest.Kind.String())
	}
	return f
}

// title heads a form: congress and session, what is voted on, name of the form.
func (m *minutes) title(f *Form) {
	f.add(
		heading{text: m.manifest.Congress + m.manifest.Session, size: 15 * point},
		heading{text: m.manifest.Title, size: 15 * point},
		gap(3*point),
		heading{text: f.Name, size: 22 * point},
		gap(5*point),
	)
}

func (f *Form) add(blocks ...block) { f.blocks = append(f.blocks, blocks...) }

// Label is the number as it is printed.
func (f *Form) Label() string { return words(fmt.Sprintf("tx.form_label%d", f.Number)) }

// FileName is the name of a file for the form, without an ending.
func (f *Form) FileName() string { return f.Label() + "-" + f.Name }

// Checkpoint is the part of the log that the form rests on. The QR code says it
// in the text that logs sign and witnesses cosign (C2SP tlog-checkpoint).
func (f *Form) Checkpoint() audit.Checkpoint { return f.basis.checkpoint }

// lines are what the foot of each page says.
func (b *basis) lines() []string {
	whose := words("tx.form_manifest", hex.EncodeToString(b.manifest[:]))
	if b.manifest == [32]byte{} {
		whose = words("tx.form_projects", hex.EncodeToString(b.projects[:]))
	}
	return []string{
		words("tx.form_origin", b.checkpoint.Origin, b.checkpoint.Size),
		words("tx.form_root", hex.EncodeToString(b.checkpoint.Root[:])),
		whose,
	}
}

// PDF sets the form on sheets of A4. The error is a [*GlyphError] if the
// typeface lacks a character.
func (f *Form) PDF(t *Typeface) ([]byte, error) {
	code, err := qrcode.New(string(f.basis.checkpoint.Marshal()), qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("form: qr code: %w", err)
	}
	code.DisableBorder = true
	s := newSetter(t)
	for _, b := range f.blocks {
		s.block(b)
	}
	for s.page = range s.pages {
		s.edge(f, code.Bitmap())
	}
	if s.err != nil {
		return nil, s.err
	}
	return s.file(f.FileName())
}
