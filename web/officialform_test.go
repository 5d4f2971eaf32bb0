package web

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// TestOfficialForms: forms are there once the log has come to them, the result
// before the signatures for the podium only, and the announcement then for
// everybody. The bytes are those that an auditor makes of the record.
func TestOfficialForms(t *testing.T) {
	font, err := form.FindFont("../build/fonts")
	must(t, err) // make fonts
	s := newStage(t)
	s.config.Grace, s.config.Font = time.Millisecond, font
	s.restart()
	s.begin()
	get := func(role store.Role, number int, ending string) answer {
		return s.send(role, "GET", fmt.Sprintf("/forms/v1/%d.%s", number, ending), nil)
	}
	if a := get(store.RoleAuditor, 1, "pdf"); a.status != http.StatusOK || !bytes.HasPrefix(a.body, []byte("%PDF-")) {
		t.Errorf("form 1: %d %.80s", a.status, a.body)
	}
	if a := get(store.RoleAuditor, 3, "xlsx"); a.code() != codePhase {
		t.Errorf("form 3 before the close: %d", a.status)
	}
	s.cast(0, marks(0, 1))
	s.cast(1, marks(0))
	s.order()
	s.collect()
	s.share(3, 1)
	s.await(election.PhaseCounted)
	if a := get(store.RoleAuditor, 4, "xlsx"); a.code() != codePhase {
		t.Errorf("count before the signatures, for an auditor: %d", a.status)
	}
	if a := get(store.RoleScrutineer, 4, "xlsx"); a.status != http.StatusOK {
		t.Errorf("count before the signatures, for a scrutineer: %d %s", a.status, a.body)
	}
	if a := s.send("", "GET", "/log/v1/announcement.pdf", nil); a.code() != codePhase {
		t.Errorf("announcement before the signatures: %d", a.status)
	}
	s.certify()
	s.await(election.PhaseCertified)
	state := s.update()
	root, err := audit.RootAt(t.Context(), s.config.DB.Log("v1"), state.Size())
	must(t, err)
	forms, err := form.Forms(state, root, entriesOf(t.Context(), s.config.DB.Log("v1"), state.Size()))
	must(t, err)
	face, err := font.Typeface()
	must(t, err)
	for _, f := range forms {
		want, err := f.PDF(face)
		must(t, err)
		if a := get(store.RoleStaff, f.Number, "pdf"); !bytes.Equal(a.body, want) {
			t.Errorf("form %d is not what piaojue forms makes: %d", f.Number, a.status)
		}
	}
	made, err := s.server.votes["v1"].forms(t.Context())
	must(t, err)
	if again, err := s.server.votes["v1"].forms(t.Context()); err != nil || made[0] != again[0] {
		t.Errorf("the log is read anew for who asks again: %v", err) // anybody may
	}
	if a := s.send("", "GET", "/log/v1/announcement.pdf", nil); a.status != http.StatusOK || !bytes.HasPrefix(a.body, []byte("%PDF-")) {
		t.Errorf("announcement: %d %.80s", a.status, a.body)
	}
	if a := get(store.RoleStaff, 8, "pdf"); a.status != http.StatusNotFound {
		t.Errorf("form 8: %d", a.status)
	}
	if body := s.pageBody("/log/v1", lang.ZH); !strings.Contains(body, "/log/v1/announcement.pdf") {
		t.Error("the board does not lead to the announcement")
	}
}

// TestNoFont: a server without a font still makes workbooks, and says what is
// missing for the rest.
func TestNoFont(t *testing.T) {
	s := newStage(t)
	s.begin()
	if a := s.send(store.RoleStaff, "GET", "/forms/v1/1.pdf", nil); a.code() != codeNoFont {
		t.Errorf("PDF: %d %s", a.status, a.body)
	}
	if a := s.send(store.RoleStaff, "GET", "/forms/v1/1.xlsx", nil); a.status != http.StatusOK {
		t.Errorf("workbook: %d %s", a.status, a.body)
	}
}

// TestFontGone: a font that was there at the start and is not any more is missed by
// who wants a form, and by nobody else.
func TestFontGone(t *testing.T) {
	s := newStage(t)
	path := filepath.Join(t.TempDir(), "a.ttf")
	data, err := os.ReadFile("../form/testdata/official/a.ttf")
	must(t, err)
	must(t, os.WriteFile(path, data, 0o600))
	s.config.Font, err = form.OpenFont(path)
	must(t, err)
	s.restart()
	s.begin()
	if a := s.send(store.RoleStaff, "GET", "/forms/v1/1.pdf", nil); a.code() != codeNoGlyph {
		t.Errorf("in a font of one letter: %d %s", a.status, a.body)
	}
	s.config.Font, err = form.OpenFont(path) // which nobody has read
	must(t, err)
	var said bytes.Buffer
	s.config.Log = slog.New(slog.NewTextHandler(&said, nil))
	s.restart()
	must(t, os.Remove(path))
	if page := s.page(store.RoleStaff, "/forms/v1"); !strings.Contains(page, "/forms/v1/1.pdf") {
		t.Error("the page of the forms read the font")
	}
	if a := s.send(store.RoleStaff, "GET", "/forms/v1/1.pdf", nil); a.code() != codeNoFont {
		t.Errorf("PDF: %d %s", a.status, a.body)
	}
	s.server.Close() // nobody writes to the log any more
	if !strings.Contains(said.String(), "a.ttf: no such file") {
		t.Errorf("the log does not say why: %s", said.String())
	}
}
