package form

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"

	"piaojue/election"
)

var update = flag.Bool("update", false, "write what the forms look like into testdata/official")

// samples are votes with every form and every way of voting.
var samples = map[string]func(t *testing.T) *minutes{
	"select": func(t *testing.T) *minutes { return sampleMinutes(t, nil, manyVotes...) },
	"tied": func(t *testing.T) *minutes {
		return sampleMinutes(t, nil, 271, 268, 255, 241, 239, 228, 215, 203, 190, 183, 183, 183, 97)
	},
	"short": func(t *testing.T) *minutes {
		return sampleMinutes(t, nil, 271, 268, 255, 241, 239, 228, 165, 165, 150, 90)
	},
	"secret":       func(t *testing.T) *minutes { return sampleMinutes(t, tallies("deputies"), reversed(manyVotes)...) },
	"each":         func(t *testing.T) *minutes { return sampleMinutes(t, preset(election.JudgeMajority), manyVotes...) },
	"satisfaction": func(t *testing.T) *minutes { return sampleMinutes(t, preset(election.Satisfaction), manyVotes...) },
	"plurality":    func(t *testing.T) *minutes { return sampleMinutes(t, preset(election.SelectPlurality), manyVotes...) },
	"rehearsal": func(t *testing.T) *minutes {
		return sampleMinutes(t, func(m *election.Manifest) { m.Kind = election.Rehearsal }, manyVotes...)
	},
}

func tallies(to string) func(*election.Manifest) {
	return func(m *election.Manifest) { m.Rules.Display.Tallies = to }
}

func preset(p election.Preset) func(*election.Manifest) {
	return func(m *election.Manifest) {
		rules, err := p.Rules(len(m.Options), 10)
		if err != nil {
			panic(err)
		}
		m.Rules = rules
	}
}

func reversed(votes []uint32) []uint32 {
	votes = slices.Clone(votes)
	slices.Reverse(votes)
	return votes
}

// run gives data to a command of poppler.
func run(t *testing.T, data []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = bytes.NewReader(data)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil || talk.Len() > 0 {
		t.Fatalf("%s: %v\n%s", name, err, talk.String())
	}
	return out.Bytes()
}

// bare is a text without what lines and spaces are: where a line ends, nobody
// put in.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// TestForms: each form looks as it did when somebody looked at it, its bytes
// are those that they were, and all text that was put in can be copied out, in
// order. The files in testdata/official are made with -update.
func TestForms(t *testing.T) {
	face := typeface(t)
	var sums sync.Map
	t.Run("samples", func(t *testing.T) {
		for name, sample := range samples {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for _, f := range sample(t).forms() {
					pdf, book := written(t, f, face)
					id := fmt.Sprintf("%s-%d", name, f.Number)
					sums.Store(id+".pdf", sha256.Sum256(pdf))
					sums.Store(id+".xlsx", sha256.Sum256(book))
					checkCopied(t, f, pdf)
					golden(t, id+".txt", run(t, pdf, "pdftotext", "-raw", "-", "-"))
				}
			})
		}
	})
	var lines []string
	sums.Range(func(id, sum any) bool {
		lines = append(lines, fmt.Sprintf("%x  %s\n", sum, id))
		return true
	})
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	golden(t, "sums", []byte(strings.Join(lines, "")))
}

func written(t *testing.T, f *Form, face *Typeface) (pdf, book []byte) {
	t.Helper()
	pdf, err := f.PDF(face)
	if err != nil {
		t.Fatal(err)
	}
	if book, err = f.XLSX(); err != nil {
		t.Fatal(err)
	}
	return pdf, book
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "official", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func checkCopied(t *testing.T, f *Form, pdf []byte) {
	t.Helper()
	copied := bare(string(run(t, pdf, "pdftotext", "-raw", "-", "-")))
	foot := bare(strings.Join(f.basis.lines(), ""))
	if !strings.Contains(copied, foot) {
		t.Errorf("%s: the foot is copied out otherwise", f.Name)
	}
	for _, b := range f.blocks {
		for _, text := range b.texts() {
			part := bare(text)
			at := strings.Index(copied, part)
			if at < 0 {
				// A text may go on on the next page, behind the foot of this one.
				at = indexAcross(copied, part)
			}
			if at < 0 {
				t.Fatalf("%s: %q is copied out otherwise:\n%s", f.Name, text, copied[:min(len(copied), 400)])
			}
			copied = copied[at+len(part):]
		}
	}
}

// indexAcross finds a text in two parts, the first at least a character long.
func indexAcross(copied, part string) int {
	for i := range part {
		if i == 0 {
			continue
		}
		head := strings.Index(copied, part[:i])
		if head >= 0 && strings.Contains(copied[head:], part[i:]) {
			return head
		}
	}
	return -1
}

// TestFormsCopyNames: what pdftotext gives for names that go wrong elsewhere.
func TestFormsCopyNames(t *testing.T) {
	m := samples["select"](t)
	m.trustees.Tellers[1].Name = "⼀一龍⿓" // two look like the others
	pdf, _ := written(t, formNumber(t, m, 2), typeface(t))
	text := string(run(t, pdf, "pdftotext", "-", "-"))
	for _, name := range []string{"李𬭎", "王㛃", "陈龑", "马𫖯", "赵䶮", "阿依古丽·买买提", "⼀一龍⿓"} {
		if !strings.Contains(text, name) {
			t.Errorf("no %s in\n%s", name, text)
		}
	}
}

func formNumber(t *testing.T, m *minutes, number int) *Form {
	t.Helper()
	for _, f := range m.forms() {
		if f.Number == number {
			return f
		}
	}
	t.Fatalf("no form %d", number)
	return nil
}

// TestFormsAgain: a form has the same bytes each time, also if many are made at
// once.
func TestFormsAgain(t *testing.T) {
	face := typeface(t)
	f := formNumber(t, samples["select"](t), 4)
	pdf, book := written(t, f, face)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			again, _ := f.PDF(face)
			table, _ := f.XLSX()
			if !bytes.Equal(pdf, again) || !bytes.Equal(book, table) {
				t.Error("other bytes")
			}
		})
	}
	all.Wait()
}

// TestFormsGlyph: a character that no font has stops the form, and is named with
// the text that it stands in.
func TestFormsGlyph(t *testing.T) {
	m := samples["select"](t)
	for _, r := range "𡋾\u202e\u200b\ufeff\ufe00\U000e0100\x07" { // some are there to be unseen
		name := "买" + string(r) + "提"
		m.trustees.Scrutineers[2].Name = name
		_, err := formNumber(t, m, 2).PDF(typeface(t))
		missing, ok := errors.AsType[*GlyphError](err)
		if !ok || missing.Rune != r || missing.Text != name {
			t.Errorf("%U: got %v", r, err)
		}
	}
	if _, err := formNumber(t, m, 1).PDF(typeface(t)); err != nil {
		t.Errorf("a form without that name: %v", err)
	}
}

// TestAnnouncement obeys display.tallies: without leave no number of votes, and
// no order by votes, stands in it.
func TestAnnouncement(t *testing.T) {
	for _, tt := range []struct {
		to    string
		shown bool
	}{{"public", true}, {"deputies", false}, {"none", false}} {
		for _, mode := range []func(*election.Manifest){nil, preset(election.JudgeMajority), preset(election.Satisfaction)} {
			m := sampleMinutes(t, func(v *election.Manifest) {
				if mode != nil {
					mode(v)
				}
				v.Rules.Display.Tallies = tt.to
			}, reversed(manyVotes)...)
			var text string
			for _, b := range formNumber(t, m, 5).blocks {
				text += strings.Join(b.texts(), "\n")
			}
			if shown := strings.Contains(text, "271"); shown != tt.shown {
				t.Errorf("%s: votes shown %v, want %v:\n%s", tt.to, shown, tt.shown, text)
			}
			best, other := strings.Index(text, sampleNames[12]), strings.Index(text, sampleNames[5])
			graded := len(m.manifest.Rules.Grades) > 0
			if best < 0 || other < 0 || (best < other) != (tt.shown && !graded) {
				t.Errorf("%s: in the wrong order:\n%s", tt.to, text)
			}
		}
	}
}

// TestFormsInvalid: a vote that does not stand has no announcement, and says
// everywhere why.
func TestFormsInvalid(t *testing.T) {
	m := samples["select"](t)
	m.numbers.R, m.numbers.U, m.numbers.V = 305, 0, 301
	m.result.Numbers = m.numbers
	m.result.Outcome = election.Adopt(election.Input{Rules: m.manifest.Rules, Numbers: m.numbers, Counts: make([]election.Count, 13)})
	var numbers []int
	var text string
	for _, f := range m.forms() {
		numbers = append(numbers, f.Number)
		for _, b := range f.blocks {
			text += strings.Join(b.texts(), "\n")
		}
	}
	if want := []int{1, 2, 3, 4, 6, 7}; !slices.Equal(numbers, want) {
		t.Errorf("got forms %v, want %v", numbers, want)
	}
	for _, want := range []string{"本次票决无效：收回多于发出", "否，收回305张，发出304张", "全部13个项目重新投票"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}

// TestFormBook: the workbook has every text of the form, and its numbers as
// numbers.
func TestFormBook(t *testing.T) {
	for name, sample := range samples {
		for _, f := range sample(t).forms() {
			data, err := f.XLSX()
			if err != nil {
				t.Fatal(err)
			}
			book, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := book.GetRows(f.Label())
			if err != nil {
				t.Fatal(err)
			}
			var all strings.Builder
			for _, row := range rows {
				all.WriteString(strings.Join(row, "\x00") + "\x00")
			}
			for _, b := range f.blocks {
				for _, text := range b.texts() {
					if !strings.Contains(all.String(), text) {
						t.Errorf("%s: %s lacks %q", name, f.Name, text)
					}
				}
			}
			if err := book.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestFormBookNumbers(t *testing.T) {
	data, err := formNumber(t, samples["select"](t), 4).XLSX()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	const votes, id = "D9", "B9" // of the first row
	for cell, want := range map[string]struct {
		text string
		kind excelize.CellType
	}{votes: {"271", excelize.CellTypeUnset}, id: {"01", excelize.CellTypeSharedString}} {
		text, _ := book.GetCellValue("表四", cell)
		kind, _ := book.GetCellType("表四", cell)
		if text != want.text || kind != want.kind {
			t.Errorf("%s: got %q, type %d", cell, text, kind)
		}
	}
}

// TestAllTied: where projects have passed but are tied for all seats, the
// announcement names them and says what comes next, and not that none has passed.
func TestAllTied(t *testing.T) {
	all := func(votes uint32) (*minutes, string) {
		m := sampleMinutes(t, nil, slices.Repeat([]uint32{votes}, 13)...)
		return m, strings.Join(m.noticeTexts(), "\n")
	}
	m, passed := all(200)
	_, failed := all(100)
	for _, want := range []string{"没有项目入选", strings.Join(m.tiedNames(), "；"), "尚缺10项，进行再次投票。"} {
		if want == "" || !strings.Contains(passed, want) {
			t.Errorf("no %q in %s", want, passed)
		}
	}
	if strings.Contains(passed, "没有项目获得通过") || !strings.Contains(failed, "没有项目获得通过") || strings.Contains(failed, "得票相同") {
		t.Errorf("passed: %s\nfailed: %s", passed, failed)
	}
}
