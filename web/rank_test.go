package web

import (
	"bytes"
	"cmp"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"piaojue/client"
	"piaojue/election"
	"piaojue/pgtest"
)

// seats is a small hall's vote: for each deputy, by the order of issuing, where
// the ballot stands in each of the other orders.
type seats map[string][]float64

// sitThrough runs a vote from the draft to the close. People cast about as they
// came: whoever knows who came when would know it all if the ballots kept that
// order.
func sitThrough(t *testing.T, deputies int) seats {
	t.Helper()
	s := newStage(t)
	s.deputies = deputies
	s.begin()
	var voters []*client.Voter
	came, cast := seats{}, make([]float64, deputies)
	for place, i := range rand.Perm(deputies) {
		v := client.NewVoter(s.board, badgeSeed(number(i)))
		must(t, v.Identify())
		must(t, v.Obtain())
		_, err := v.Seal(marks(i % 3))
		must(t, err)
		voters = append(voters, v)
		came["issuing"] = append(came["issuing"], float64(place))
		cast[place] = float64(place) + 6*rand.Float64()
	}
	order := ranks(cast)
	for turn := range deputies {
		must(t, voters[slices.Index(order, float64(turn))].Cast())
	}
	box, err := os.ReadFile(filepath.Join(s.folder, "db-box"))
	must(t, err)
	s.order()
	s.await(election.PhaseClosed)
	came["casting"] = order
	for _, v := range voters {
		code := v.Promise().Entry
		index, ok := s.board.Find(code)
		at := bytes.Index(box, code[:])
		if !ok || at < 0 {
			t.Fatal("a ballot is not where it should be")
		}
		came["board"], came["box"] = append(came["board"], float64(index)), append(came["box"], float64(at))
	}
	s.close()
	return came
}

// combined joins the correlations of many sessions, each in standard deviations
// of chance: their sum, which shows a leaning to one side, and their squares,
// which show one to either. The squares become normal by Wilson and Hilferty.
func combined(z []float64) (sum, squares float64) {
	m := float64(len(z))
	for _, v := range z {
		sum += v / math.Sqrt(m)
		squares += v * v / m
	}
	return sum, (math.Cbrt(squares) - (1 - 2/(9*m))) / math.Sqrt(2/(9*m))
}

// alarm is how many standard deviations are no chance: eight numbers are compared
// with it, so that an honest server fails less than once in a million runs.
const alarm = 5.5

// TestOrderOfSessions (V14): over many sessions, 20 in make soak, neither the
// order of issuing nor that of casting tells anything of the order on the board,
// or of the places in the box. The twin, ballots as they came, is found out.
func TestOrderOfSessions(t *testing.T) {
	pgtest.SQLiteOnly(t)
	sessions, deputies := 5, 24
	if everyView {
		sessions, deputies = 20, 30
	}
	z := map[[2]string][]float64{}
	for range sessions {
		came := sitThrough(t, deputies)
		came["naive"] = came["casting"]
		for _, known := range []string{"issuing", "casting"} {
			for _, seen := range []string{"board", "box", "naive"} {
				rho := spearman(came[known], came[seen])
				z[[2]string{known, seen}] = append(z[[2]string{known, seen}], rho*math.Sqrt(float64(deputies-1)))
			}
		}
	}
	for orders, each := range z {
		sum, squares := combined(each)
		t.Logf("%s and %s: %.1f and %.1f standard deviations", orders[0], orders[1], sum, squares)
		told := math.Abs(sum) > alarm || squares > alarm
		if want := orders[1] == "naive"; told != want {
			t.Errorf("%s tells of %s: %t, want %t", orders[0], orders[1], told, want)
		}
	}
}

// spearman is the rank correlation of two lists: 1 if they rise together, −1 if
// one falls, about 0 if neither tells of the other.
func spearman(x, y []float64) float64 {
	return pearson(ranks(x), ranks(y))
}

// ranks numbers values by size; equal ones share the mean.
func ranks(x []float64) []float64 {
	by := make([]int, len(x))
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	r := make([]float64, len(x))
	for from := 0; from < len(by); {
		to := from + 1
		for to < len(by) && x[by[to]] == x[by[from]] {
			to++
		}
		for _, i := range by[from:to] {
			r[i] = float64(from+to-1) / 2
		}
		from = to
	}
	return r
}

// pearson is 0 if one list is all alike.
func pearson(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
