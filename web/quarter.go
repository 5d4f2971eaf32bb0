package web

import (
	"cmp"
	"slices"

	"piaojue/project"
)

// quarterRow counts the wishes that came in a quarter at a station: 收集,
// 当场解决, 转交.
type quarterRow struct {
	Year, Quarter int
	Station       uint32
	Name          string // of the station; empty: by the open page, or all
	Collected     int
	Solved        int
	Transferred   int
	TakenUp       int
	Declined      int
	Late          int // waiting beyond the deadline
}

// quarters counts all wishes that an actor may see by quarter, and within the
// quarter by station. With a station it counts that one alone.
func quarters(state *project.State, a *project.Actor, today project.Date, station uint32) []quarterRow {
	rows := map[[3]int]*quarterRow{}
	for n := uint32(1); int(n) <= state.Count(project.NounSuggestion); n++ {
		w, _ := state.Suggestion(n)
		if station != 0 && w.Station() != station || !seesWish(state, a.Number, &w) {
			continue
		}
		year, month, _ := w.Events[0].Day.Split()
		quarter := (month + 2) / 3
		for _, at := range []int{-1, int(w.Station())} { // the sum of the quarter, then the station
			key := [3]int{year, quarter, at}
			row := rows[key]
			if row == nil {
				row = &quarterRow{Year: year, Quarter: quarter, Station: uint32(max(at, 0))}
				if u, ok := state.Unit(row.Station); ok {
					row.Name = u.Name
				}
				rows[key] = row
			}
			row.count(&w, today)
		}
	}
	return sortedQuarters(rows)
}

// count adds what became of one wish. It was passed on once, however often.
func (q *quarterRow) count(w *project.Suggestion, today project.Date) {
	q.Collected++
	if slices.ContainsFunc(w.Events, func(e project.Event) bool { return e.Kind == project.KindTransfer }) {
		q.Transferred++
	}
	switch w.Stage {
	case project.StageSolved:
		q.Solved++
	case project.StageTakenUp:
		q.TakenUp++
	case project.StageDeclined:
		q.Declined++
	}
	if w.Due.Past(today) {
		q.Late++
	}
}

// sortedQuarters puts the newest quarter first, its sum before its stations.
func sortedQuarters(rows map[[3]int]*quarterRow) (all []quarterRow) {
	keys := make([][3]int, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b [3]int) int {
		return cmp.Or(cmp.Compare(b[0], a[0]), cmp.Compare(b[1], a[1]), cmp.Compare(a[2], b[2]))
	})
	for _, key := range keys {
		row := *rows[key]
		row.sum(key[2] < 0)
		all = append(all, row)
	}
	return all
}

// Sum reports whether the row is that of the whole quarter.
func (q quarterRow) Sum() bool { return q.Station == allStations }

// allStations stands for no station: units count from 1, and 0 is the open page.
const allStations = 1<<32 - 1

func (q *quarterRow) sum(yes bool) {
	if yes {
		q.Station = allStations
	}
}
