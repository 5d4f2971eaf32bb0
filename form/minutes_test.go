package form

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/testvectors"
)

// replayed is a record of the vectors, verified.
type replayed struct {
	report  *audit.Report
	state   *election.State
	entries [][]byte
	closing audit.Checkpoint
}

func replay(t *testing.T, name string) *replayed {
	t.Helper()
	records, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(records, func(r *testvectors.Record) bool { return r.Name == name })
	files, err := records[at].Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := make(fstest.MapFS)
	for path, data := range files {
		dir[path] = &fstest.MapFile{Data: data}
	}
	r := &replayed{}
	r.report, r.state = audit.Replay(audit.OpenRecord(dir), audit.Options{})
	for _, b := range audit.Bundles(0, r.report.Checkpoint.Size) {
		data, err := fs.ReadFile(dir, b.Path())
		if err != nil {
			t.Fatal(err)
		}
		entries, err := b.ParseEntries(data)
		if err != nil {
			t.Fatal(err)
		}
		r.entries = append(r.entries, entries...)
	}
	if data, ok := files["closing"]; ok {
		if r.closing, err = audit.ReadCheckpoint(data); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// TestFormsOfRecord: the forms of a whole record, their hashes, and that what
// came into the log after a form leaves its bytes alone.
func TestFormsOfRecord(t *testing.T) {
	face := typeface(t)
	r := replay(t, "record")
	forms, err := Forms(r.state, r.report.Checkpoint.Root, each(r.entries))
	if err != nil {
		t.Fatal(err)
	}
	if len(forms) != 7 {
		t.Fatalf("%d forms", len(forms))
	}
	if got := forms[2].Checkpoint(); got != r.closing {
		t.Errorf("表三 rests on %v, the closing checkpoint is %v", got, r.closing)
	}
	if got := forms[6].Checkpoint(); got != r.report.Checkpoint {
		t.Errorf("表七 rests on %v, the log is at %v", got, r.report.Checkpoint)
	}
	early := formsAfter(t, r.entries, election.KindCertificate)
	for _, f := range early[:4] {
		was, _ := written(t, f, face)
		is, _ := written(t, forms[f.Number-1], face)
		if string(was) != string(is) {
			t.Errorf("%s changed when the log went on", f.Label())
		}
		checkCopied(t, f, is)
	}
}

// formsAfter are the forms of the log up to the last entry of a kind.
func formsAfter(t *testing.T, entries [][]byte, kind election.Kind) []*Form {
	t.Helper()
	m := &minutes{manifest: &election.Manifest{}}
	roots := make(map[uint64][32]byte)
	s := election.NewState(func(size uint64) ([32]byte, error) { return roots[size], nil })
	entries = entries[:sizeAfter(t, entries, kind)]
	for _, raw := range entries {
		e, err := election.ParseEntry(raw)
		if err != nil {
			t.Fatal(err)
		}
		m.grow(election.HashEntry(raw))
		roots[m.size] = m.basis().checkpoint.Root
		if err := s.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	forms, err := Forms(s, roots[m.size], each(entries))
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

func sizeAfter(t *testing.T, entries [][]byte, kind election.Kind) int {
	t.Helper()
	for i := len(entries) - 1; i >= 0; i-- {
		if election.Kind(entries[i][0]) == kind {
			return i + 1
		}
	}
	t.Fatalf("no %v", kind)
	return 0
}

// TestFormsReached: a vote has the forms that it came to.
func TestFormsReached(t *testing.T) {
	r := replay(t, "record")
	for kind, want := range map[election.Kind]string{
		election.KindManifest: "", election.KindTrustees: "", election.KindReady: "", election.KindAttendance: "一二",
		election.KindOpening: "一二", election.KindOrder: "一二七", election.KindCollection: "一二三七",
		election.KindResult: "一二三四六七", election.KindCertificate: "一二三四五六七", election.KindDestruction: "一二三四五六七",
	} {
		var got strings.Builder
		for _, f := range formsAfter(t, r.entries, kind) {
			got.WriteString(strings.TrimPrefix(f.Label(), "表"))
		}
		if got.String() != want {
			t.Errorf("after %v: got %s, want %s", kind, got.String(), want)
		}
	}
}

// TestFormsRefuses: entries that are not those of the state make no forms.
func TestFormsRefuses(t *testing.T) {
	r := replay(t, "record")
	broken := slices.Clone(r.entries)
	last := len(broken) - 1
	broken[last] = broken[last][:len(broken[last])-1]
	other := slices.Clone(r.entries)
	for i := range other {
		if election.Kind(other[i][0]) == election.KindBallot { // which no form reads
			other[i] = append(slices.Clone(other[i]), 0)
		}
	}
	for name, entries := range map[string][][]byte{"none": nil, "one less": r.entries[:last], "one cut": broken, "another ballot": other} {
		if forms, err := Forms(r.state, r.report.Checkpoint.Root, each(entries)); err == nil || forms != nil {
			t.Errorf("%s: makes forms", name)
		}
	}
	unread := func(yield func([]byte, error) bool) { _ = yield(r.entries[0], nil) && yield(nil, io.ErrUnexpectedEOF) }
	if forms, err := Forms(r.state, r.report.Checkpoint.Root, unread); !errors.Is(err, io.ErrUnexpectedEOF) || forms != nil {
		t.Errorf("a log that cannot be read: %v", err)
	}
	if _, err := Forms(election.NewState(nil), r.report.Checkpoint.Root, each(r.entries)); err == nil {
		t.Error("makes forms of an empty log")
	}
}

// TestFormsOfVoided: the record of what happened to the box stands, whatever
// became of the vote.
func TestFormsOfVoided(t *testing.T) {
	r := replay(t, "voided")
	forms, err := Forms(r.state, r.report.Checkpoint.Root, each(r.entries))
	if err != nil {
		t.Fatal(err)
	}
	last := forms[len(forms)-1]
	var text string
	for _, b := range last.blocks {
		text += strings.Join(b.texts(), "\n")
	}
	if last.Number != 7 || !strings.Contains(text, "宣布作废") {
		t.Errorf("got %s:\n%s", last.Label(), text)
	}
}

// TestFormsOfRecords: what other votes had, in words: paper, decisions of the
// presidium, what follows.
func TestFormsOfRecords(t *testing.T) {
	face := typeface(t)
	for name, want := range map[string][]string{
		"paper":               {"发出纸质票", "开箱清点纸质票", "纸质票箱"},
		"paper_only":          {"全部使用纸质票", "收回表决票"},
		"paper_invalid":       {"全部使用纸质票", "收回表决票"},
		"decision":            {"关于得票相同项目的决定", "主席团决定", "签署的主席团成员"},
		"decision_for_nobody": {"不入选"},
		"first_round":         {"再次投票决定", "接续票决"},
		"tied":                {"就得票相同的项目再次投票"},
		"satisfaction_3":      {"等次"},
		"yna_capped":          {"反对"},
		"choose_1":            {"得票"},
		"voided_surplus":      {"宣布作废"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := replay(t, name)
			forms, err := Forms(r.state, r.report.Checkpoint.Root, each(r.entries))
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, f := range forms {
				pdf, _ := written(t, f, face)
				checkCopied(t, f, pdf)
				text.WriteString(f.Name)
				for _, b := range f.blocks {
					text.WriteString(strings.Join(b.texts(), "\n"))
				}
			}
			for _, w := range want {
				if !strings.Contains(text.String(), w) {
					t.Errorf("no %s", w)
				}
			}
			if strings.Contains(text.String(), "%!") {
				t.Error("a verb without an argument")
			}
		})
	}
}

// TestPaperNumbers: sheets stand in columns of their own, and terminals and
// paper add up.
func TestPaperNumbers(t *testing.T) {
	r := replay(t, "paper")
	forms, err := Forms(r.state, r.report.Checkpoint.Root, each(r.entries))
	if err != nil {
		t.Fatal(err)
	}
	n := r.state.Numbers()
	issued, cast := n.Electronic()
	want := [][3]uint32{
		{n.I, issued, n.Sheets}, {n.R, cast, n.Paper}, {n.U, n.U, 0}, {n.I - n.R - n.U, n.Unaccounted(), n.Sheets - n.Paper},
	}
	at := slices.IndexFunc(forms[2].blocks, func(b block) bool {
		x, ok := b.(*table)
		return ok && slices.Contains(x.header, "纸质")
	})
	for i, row := range forms[2].blocks[at].(*table).rows {
		var got [3]string
		for j := range got {
			got[j] = row[j+1].text
		}
		if w := [3]string{fmt.Sprint(want[i][0]), fmt.Sprint(want[i][1]), fmt.Sprint(want[i][2])}; got != w {
			t.Errorf("%s: got %s, want %s", row[0].text, got, w)
		}
	}
	if n.Sheets == 0 || n.Paper == 0 || n.Sheets == n.Paper {
		t.Errorf("the vector has no paper that stayed away: %+v", n)
	}
}

// each goes through entries that can all be read.
func each(entries [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, raw := range entries {
			if !yield(raw, nil) {
				return
			}
		}
	}
}
