package form

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// published is a result of three options, whose texts attack spreadsheets.
func published(mode ballot.Mode, tallies string) *Publication {
	m := &election.Manifest{
		Suite: election.Suite, Origin: "example.org/v1", Congress: "某市人民代表大会", Session: "第三次会议",
		Title: "2026年民生实事项目票决", Date: "2026年1月9日", Kind: election.Real, Round: 1, Rules: election.DefaultRules(),
		Options: []election.Option{
			{ID: "01", Name: "=HYPERLINK(\"http://x\")", Content: "路灯; \"三千盏\"", Investment: 120_005_000, Fiscal: 40_000_000, Unit: "@市住建局", Deadline: "年底"},
			{ID: "VOTES", Name: "-桥", Content: "大桥", Investment: 30_000_000},
			{ID: "003", Name: "停车场", Content: "泊位"},
		},
		Deputies: 331, MinBallots: 10,
	}
	m.Rules.CandidatesN, m.Rules.WinnersK, m.Rules.MaxMarks = 3, 2, 2
	m.Rules.BallotMode, m.Rules.Display.Tallies = mode, tallies
	in := election.Input{Rules: m.Rules, Numbers: election.Numbers{N: 331, P: 304, I: 304, R: 303, U: 1, V: 302, X: 1}}
	in.Counts = []election.Count{{ID: "01", For: 280}, {ID: "VOTES", For: 150}, {ID: "003", For: 171}}
	if mode == ballot.YNAEach {
		in.Counts[0].Against, in.Counts[1].Against = 12, 20
	}
	if mode == ballot.Satisfaction3 {
		m.Rules.WinnersK, m.Rules.Grades = 0, election.Grades{"满意", "基本满意", "不满意"}
		in.Rules = m.Rules
		in.Counts = []election.Count{{ID: "01", Grades: [3]uint32{280, 10, 2}}, {ID: "VOTES", Grades: [3]uint32{1, 2, 3}}, {ID: "003"}}
	}
	return &Publication{Manifest: m, Result: &election.Result{Numbers: in.Numbers, Outcome: election.Adopt(in)}}
}

// modes are those in which tallies differ.
var modes = []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.Satisfaction3}

// TestPublicationRoundTrip: the document is what the adoption rule reads, and
// gives the same outcome.
func TestPublicationRoundTrip(t *testing.T) {
	for _, mode := range modes {
		p := published(mode, "public")
		in, err := ReadAdopt(p.JSON())
		if err != nil {
			t.Errorf("%s: %v", mode, err)
			continue
		}
		if got, want := election.Adopt(in), p.Result.Outcome; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", mode, got, want)
		}
		if in.Numbers != p.Result.Numbers {
			t.Errorf("%s: got %+v", mode, in.Numbers)
		}
	}
	text := strings.Replace(string(published(ballot.SelectK, "public").JSON()), publicationFormat, "another", 1)
	if _, err := ReadAdopt([]byte(text)); err == nil {
		t.Error("a document of another format is read with names that nobody knows")
	}
}

// TestTalliesKept: with none no number of an option leaves, in no format; with
// deputies it leaves to deputies only.
func TestTalliesKept(t *testing.T) {
	for _, tt := range []struct {
		tallies        string
		deputies, want bool
	}{
		{"public", false, true}, {"public", true, true}, {"deputies", false, false}, {"deputies", true, true},
		{"none", false, false}, {"none", true, false},
	} {
		for _, mode := range modes {
			p := published(mode, tt.tallies)
			p.Deputies = tt.deputies
			pb, _ := p.Pabulib()
			for name, text := range map[string]string{
				"json": string(p.JSON()), "csv": string(p.CSV(lang.ZH)), "xlsx": textOf(t, p.Book(lang.ZH)), "pb": string(pb),
			} {
				if name == "pb" && mode == ballot.Satisfaction3 {
					continue
				}
				if got := regexp.MustCompile(`\b280\b`).MatchString(text); got != tt.want {
					t.Errorf("%s %s, deputies %v, %s: tallies %v, want %v\n%s", mode, tt.tallies, tt.deputies, name, got, tt.want, text)
				}
			}
		}
	}
	p := published(ballot.SelectK, "none")
	for _, word := range []string{`"rank"`, `"for"`, `"needed"`, `"reason"`, `"share"`} {
		if strings.Contains(string(p.JSON()), word) {
			t.Errorf("%s is left", word)
		}
	}
	if got := p.document().Adopted; !reflect.DeepEqual(got, []string{"01", "003"}) {
		t.Errorf("adopted %v tells who got more", got)
	}
}

// textOf joins all cells of a workbook.
func textOf(t *testing.T, data []byte) string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all = append(all, strings.Join(row, "|"))
		}
	}
	return strings.Join(all, "\n")
}

func TestResultCSV(t *testing.T) {
	want := bom + "编号,名称,总投资（万元）,财政资金（万元）,责任单位,完成时限,赞成,反对,弃权,百分比,所需票数,名次,依据,结果\r\n" +
		"01,\"'=HYPERLINK(\"\"http://x\"\")\",12000.5,4000,'@市住建局,年底,280,12,10,84.59,166,1,入选,入选\r\n" +
		"VOTES,'-桥,3000,,,,150,20,132,45.31,166,3,未达到所需票数,未入选\r\n" +
		"003,停车场,,,,,171,0,131,51.66,166,2,入选,入选\r\n"
	if got := string(published(ballot.YNAEach, "public").CSV(lang.ZH)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, mode := range modes {
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			data := published(mode, "public").CSV(l)
			rows, err := csv.NewReader(bytes.NewReader(data[len(bom):])).ReadAll()
			if err != nil || len(rows) != 4 {
				t.Errorf("%s: %v, %d rows", mode, err, len(rows))
			}
			for _, cell := range rows[1] {
				if guarded(cell) && !strings.HasPrefix(cell, "'") {
					t.Errorf("%s: a spreadsheet runs %q", mode, cell)
				}
			}
		}
	}
}

// TestResultBook: numbers are numbers, columns are as wide as they need, and
// the bytes are the same each time.
func TestResultBook(t *testing.T) {
	p := published(ballot.YNAEach, "public")
	data := p.Book(lang.ZH)
	if !bytes.Equal(data, p.Book(lang.ZH)) {
		t.Error("the bytes change")
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{"C2": "12000.5", "G2": "280", "J2": "84.59", "A4": "003", "B2": `'=HYPERLINK("http://x")`} {
		if got, err := f.GetCellValue("票决结果", cell); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", cell, got, err, want)
		}
	}
	for cell, want := range map[string]excelize.CellType{"G2": excelize.CellTypeUnset, "A4": excelize.CellTypeSharedString} {
		if got, err := f.GetCellType("票决结果", cell); err != nil || got != want {
			t.Errorf("%s: got type %v, %v; want %v", cell, got, err, want)
		}
	}
	if formula, _ := f.GetCellFormula("票决结果", "B2"); formula != "" {
		t.Errorf("formula %q", formula)
	}
	if wide, err := f.GetColWidth("票决结果", "B"); err != nil || wide != 34 {
		t.Errorf("width %v, %v", wide, err)
	}
	if text := textOf(t, data); !strings.Contains(text, "应到|331") || !strings.Contains(text, "票决清单校验码|") {
		t.Errorf("got %s", text)
	}
}

// parsePabulib reads the format as its description says.
func parsePabulib(data []byte) (map[string]string, []map[string]string, int, error) {
	meta, section := make(map[string]string), ""
	var header []string
	var projects []map[string]string
	votes := 0
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = ';', -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, nil, 0, err
	}
	for i := 0; i < len(rows); i++ {
		row := rows[i]
		if s := strings.ToUpper(strings.TrimSpace(row[0])); s == "META" || s == "PROJECTS" || s == "VOTES" {
			section, header = s, rows[i+1]
			i++
			continue
		}
		switch section {
		case "META":
			meta[row[0]] = row[1]
		case "PROJECTS":
			p := make(map[string]string)
			for x, name := range header {
				p[name] = row[x]
			}
			projects = append(projects, p)
		default:
			votes++
		}
	}
	return meta, projects, votes, nil
}

func TestPabulib(t *testing.T) {
	data, err := published(ballot.SelectK, "public").Pabulib()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, []byte("META\nkey;value\n")) || !bytes.HasSuffix(data, []byte("VOTES\nvoter_id;vote\n")) {
		t.Errorf("got %s", data)
	}
	meta, projects, votes, err := parsePabulib(data)
	if err != nil || votes != 0 || meta["num_votes"] != "0" || meta["num_projects"] != "3" || len(projects) != 3 {
		t.Fatalf("%v, %d votes, %v", err, votes, meta)
	}
	for key, want := range map[string]string{
		"country": "China", "unit": "某市人民代表大会", "vote_type": "approval", "rule": "unknown", "currency": "CNY", "language": "zh",
		"budget": "120005000", "date_begin": "09.01.2026", "date_end": "09.01.2026", "max_length": "2", "experimental": "",
	} {
		if meta[key] != want {
			t.Errorf("%s: got %q, want %q", key, meta[key], want)
		}
	}
	if !strings.HasPrefix(meta["comment"], "#1: There are no single votes") || !strings.Contains(meta["comment"], " #2: ") {
		t.Errorf("comment %q", meta["comment"])
	}
	want := []string{"01 120005000 280 1 路灯; \"三千盏\"", "#VOTES 30000000 150 0 大桥", "003 0 171 1 泊位"}
	for i, p := range projects {
		if got := fmt.Sprintln(p["project_id"], p["cost"], p["votes"], p["selected"], p["description"]); got != want[i]+"\n" {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
	if _, err := published(ballot.Satisfaction3, "public").Pabulib(); err != ErrNoPabulib {
		t.Errorf("satisfaction: got %v", err)
	}
	for date, want := range map[string]string{"2026-01-19": "19.01.2026", "2026．1．9": "09.01.2026", "二〇二六年": "", "2026年": "2026", "2026 年 11 月 3 日": "03.11.2026"} {
		if got := pabulibDate(date); got != want {
			t.Errorf("%s: got %q, want %q", date, got, want)
		}
	}
}

// FuzzPublication: whatever the texts of a manifest are, each format is read
// back with the same rows, and no spreadsheet computes.
func FuzzPublication(f *testing.F) {
	f.Add("01", "桥; \"三\"", "=1+1", uint64(12345678))
	f.Add("meta", "\tx", "-", uint64(0))
	f.Fuzz(func(t *testing.T, id, name, content string, yuan uint64) {
		if id == "" || badCharacter(id) != nil || badCharacter(name) != nil || badCharacter(content) != nil || strings.ContainsAny(id+name+content, "\r\n\t") {
			return
		}
		p := published(ballot.SelectK, "public")
		p.Manifest.Options[1] = election.Option{ID: id, Name: name, Content: content, Investment: yuan % maxYuan}
		data, err := p.Pabulib()
		if err != nil {
			t.Fatal(err)
		}
		_, projects, votes, err := parsePabulib(data)
		if err != nil || len(projects) != 3 || votes != 0 || projects[1]["name"] != name || projects[1]["description"] != content && content != "" {
			t.Errorf("got %v, %d votes, %v", projects, votes, err)
		}
		rows, err := csv.NewReader(bytes.NewReader(p.CSV(lang.ZH)[len(bom):])).ReadAll()
		if err != nil || len(rows) != 4 || unguard(rows[2][0]) != id || unguard(rows[2][1]) != name || guarded(rows[2][1]) && rows[2][1][0] != '\'' {
			t.Errorf("got %q, %v", rows, err)
		}
		p.Manifest.Rules.Display.Tallies = "none"
		var doc ResultDocument
		if err := json.Unmarshal(p.JSON(), &doc); err != nil || doc.Options[1].ID != id || doc.Options[1].Content != content {
			t.Errorf("got %+v, %v", doc.Options[1], err)
		}
	})
}

// TestPublicationDecision: what the presidium adopted of a tie is adopted in
// every format, and is not what the rules adopted.
func TestPublicationDecision(t *testing.T) {
	p := published(ballot.SelectK, "public")
	tied := slices.IndexFunc(p.Result.Outcome.Lines, func(l election.Line) bool { return !l.Adopted })
	p.Result.Outcome.Tied = []uint16{uint16(tied)}
	before := p.document()
	p.Decision = &election.Decision{Adopted: []uint16{uint16(tied)}}
	after := p.document()
	if before.Options[tied].Adopted || !after.Options[tied].Adopted || !slices.Equal(after.Decided, []string{p.Manifest.Options[tied].ID}) {
		t.Errorf("before %+v, after %+v, decided %v", before.Options[tied], after.Options[tied], after.Decided)
	}
	if !slices.Equal(before.Adopted, after.Adopted) {
		t.Errorf("the rules adopted %v, now %v", before.Adopted, after.Adopted)
	}
	if got := p.pabulibSelected(tied); got != 1 {
		t.Errorf("selected %d", got)
	}
}
