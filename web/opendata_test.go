package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/project"
)

// The open data has the same in both forms, each column is explained, and no
// title is a formula.
func TestOpenData(t *testing.T) {
	s := newStage(t)
	s.config.DataLicence, s.config.ReportPhone = "注明出处即可使用", "12388"
	s.world(3, func(w *worldBuilder) {
		w.work(1)
		w.report(1, 100, 50)
		w.do(worldRoadsClerk, &project.Site{Project: 1, Builders: "建设单位：甲公司\n施工单位：乙公司", Standards: "国家标准", Begins: w.server.projects.day(), Ends: w.server.projects.day(), Phone: "0931-12345"})
		w.do(officeActor, &project.Unit{Number: worldRoads, Of: project.UnitDepartment, Name: "=HYPERLINK(1)"})
	})
	table := string(s.do("", "GET", "/projects/data.csv", nil))
	if !strings.HasPrefix(table, "\ufeffnumber,year,title,") {
		t.Errorf("%.60q", table)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	must(t, err)
	var data struct {
		Licence  string
		Projects []map[string]any
	}
	must(t, json.Unmarshal(s.do("", "GET", "/projects/data.json", nil), &data))
	if len(rows) != 3 || len(data.Projects) != 2 || data.Licence != "注明出处即可使用" {
		t.Fatalf("%d rows, %d projects, licence %q", len(rows), len(data.Projects), data.Licence)
	}
	at := map[string]string{}
	for i, c := range dataColumns {
		at[c.Name] = rows[1][i]
		if id := "works.column_" + c.Name; pageText(lang.ZH, id) == id {
			t.Errorf("column %s is not explained", c.Name)
		}
		if _, ok := data.Projects[0][c.Name]; !ok {
			t.Errorf("no %s in JSON", c.Name)
		}
	}
	for name, want := range map[string]string{
		"lead_unit": "'=HYPERLINK(1)", "spent_yuan": "1200000", "done_percent": "60", "votes": "200", "rating": "", "stage": "underway", "assisting_units": "市教育局", "report_phone": "0931-12345", "site_begins": s.server.projects.day().String(),
	} {
		if at[name] != want {
			t.Errorf("%s: %q, want %q", name, at[name], want)
		}
	}
	if data.Projects[0]["rating"] != nil || data.Projects[0]["votes"] != 200.0 || data.Projects[0]["lead_unit"] != "=HYPERLINK(1)" {
		t.Errorf("%v", data.Projects[0])
	}
	s.noticeBoards(t)
	s.otherTables(t)
}

// otherTables: candidates that were not adopted are there too, each list in the
// order of its ballot, each column explained, both forms the same.
func (s *stage) otherTables(t *testing.T) {
	t.Helper()
	var data map[string]any
	must(t, json.Unmarshal(s.do("", "GET", "/projects/data.json", nil), &data))
	for _, set := range dataSets {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(s.do("", "GET", set.Path, nil)), "\ufeff"))).ReadAll()
		must(t, err)
		objects := data[set.Name].([]any)
		if len(rows) != 1+len(objects) || len(rows) < 3 || len(rows[0]) != len(set.Columns) {
			t.Errorf("%s: %d rows, %d objects", set.Name, len(rows), len(objects))
		}
		for _, c := range set.Columns {
			if id := set.Text + c.Name; pageText(lang.ZH, id) == id {
				t.Errorf("column %s of %s is not explained", c.Name, set.Name)
			}
		}
	}
	last := data["candidates"].([]any)[2].(map[string]any)
	if last["stage"] != "reserved" || last["project"] != nil || last["votes"] != 200.0 || last["title"] != "新建第3处停车场" {
		t.Errorf("who was not adopted: %v", last)
	}
	first := data["lists"].([]any)[0].(map[string]any)
	if first["place"] != 1.0 || first["option"] != "A1" || first["year"] != 2026.0 || first["manifest"] == nil {
		t.Errorf("the first of the list: %v", first)
	}
}

// noticeBoards: what is known is printed, what is not is left blank and said.
func (s *stage) noticeBoards(t *testing.T) {
	t.Helper()
	board := string(s.do("", "GET", "/projects/1/board", nil))
	for _, want := range []string{"新建第1处停车场", "600 万元", "12388", "乙公司", "国家标准", "0931-12345", "/projects/1<", "<svg"} {
		if !strings.Contains(board, want) {
			t.Errorf("no %q on the board", want)
		}
	}
	const blank = `class="blank"`
	if strings.Contains(board, blank) || !strings.Contains(string(s.do("", "GET", "/projects/2/board", nil)), blank) {
		t.Error("blanks stand where something is known, or not where nothing is")
	}
	if offer := "/projects/do/site?about=1"; strings.Contains(board, offer) {
		t.Error("everybody is offered to fill in the board")
	}
	if got := s.send("", "GET", "/projects/9/board", nil); got.status != http.StatusNotFound {
		t.Errorf("a board of no project: %d", got.status)
	}
}
