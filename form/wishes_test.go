package form

import (
	"errors"
	"strings"
	"testing"
)

// TestReadWishes: exports of hotlines come with their own names for columns, and
// with times.
func TestReadWishes(t *testing.T) {
	got, err := ReadWishes([]byte("序号,诉求内容,所属区县,来电时间,来电人,联系电话\n1,路灯不亮,城关区,2026-11-03 08:15:00,李某,13900000000\n2,没有公交站,,2026年1月9日,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Wish{
		{Thing: "路灯不亮", District: "城关区", Day: 20261103, Person: "李某", Phone: "13900000000"},
		{Thing: "没有公交站", Day: 20260109},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v", got)
	}
	for name, table := range map[string]string{
		"no thing":   "事项,地区\n,城关区\n",
		"no column":  "地区,日期\n城关区,2026-01-01\n",
		"no day":     "事项,日期\n路,去年\n",
		"no such":    "事项,日期\n路,2026-02-30\n",
		"hidden":     "事项\n路\u202e灯\n",
		"long":       "事项\n" + strings.Repeat("路", maxThing) + "\n",
		"many":       "事项\n" + strings.Repeat("路\n", MaxWishes+1),
		"no utf":     "事项\n\xff\xff\xff\n",
		"no content": "",
	} {
		if got, err := ReadWishes([]byte(table)); !errors.As(err, new(RowErrors)) {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
	}
}

// TestReadPlaces: each name stands once.
func TestReadPlaces(t *testing.T) {
	got, err := ReadPlaces([]byte("名称,所属镇街\n雁滩代表之家,雁滩街道\n西站工作站,\n"))
	if err != nil || len(got) != 2 || got[0] != (Place{"雁滩代表之家", "雁滩街道"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ReadPlaces([]byte("名称\n甲\n甲\n")); !errors.As(err, new(RowErrors)) {
		t.Errorf("a name that stands twice: %v", err)
	}
}

func FuzzReadWishes(f *testing.F) {
	f.Add([]byte("事项,日期,电话\n路,2026-01-02,1\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := ReadWishes(data)
		if err != nil && !errors.As(err, new(RowErrors)) {
			t.Fatalf("another error: %v", err)
		}
		for _, w := range rows {
			if w.Thing == "" || len(w.Thing) > maxThing || w.Day != 0 && (w.Day < 20000101 || w.Day > 21991231) {
				t.Errorf("%+v", w)
			}
		}
	})
}
