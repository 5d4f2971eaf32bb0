package ballot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"piaojue/group"
)

// secretive are the functions that handle a choice after the ballot is filled
// in, by file. What they call in package group is constant-time by its own doc.
var secretive = map[string][]string{
	"seal.go":  {"encrypt", "prove", "combined", "secrets"},
	"prove.go": {"prove", "commit", "difference", "equal", "newNonces", "hedge", "next"},
	"grid.go":  {"sum"},
}

// TestNoBranchOnChoice (B8): between the choice and the finished ballot nothing
// decides anything: no branch, so the same work whatever was chosen.
func TestNoBranchOnChoice(t *testing.T) {
	for name, functions := range secretive {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !slices.Contains(functions, f.Name.Name) {
				continue
			}
			seen++
			if what := decision(f.Body); what != "" {
				t.Errorf("%s: %s decides something: %s", name, f.Name.Name, what)
			}
		}
		if seen != len(functions) {
			t.Errorf("%s: %d of the functions %v", name, seen, functions)
		}
	}
}

// decision returns what in a body makes its path depend on data, other than an
// error that ends the program.
func decision(body ast.Node) (what string) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			if c, ok := n.Cond.(*ast.BinaryExpr); !ok || !isName(c.X, "err") || !isName(c.Y, "nil") {
				what = "if"
			}
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.BranchStmt:
			what = "switch or jump"
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				what = n.Op.String()
			}
		case *ast.ForStmt:
			what = "for with a condition"
		}
		return what == ""
	})
	return what
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// TestDecision: each way to decide is found.
func TestDecision(t *testing.T) {
	for code, want := range map[string]bool{
		"for i := range n { a(b[i]) }": false, "if err != nil { panic(err) }": false, "x := a + b": false,
		"if value == 1 { f() }": true, "switch v { case 1: f() }": true, "x := a && f()": true, "x := a || f()": true, "for v > 0 { v-- }": true,
		"for i := range n { if bits[i] { continue } }": true,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() { "+code+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := decision(file) != ""; got != want {
			t.Errorf("%s: %t, want %t", code, got, want)
		}
	}
}

// choices of a ballot of 13 options and at most ten marks.
func lanzhouChoices() map[string]Choice {
	one, last := Choice{Marks: make([]Mark, 13)}, Choice{Marks: make([]Mark, 13)}
	one.Marks[0], last.Marks[12] = For, For
	return map[string]Choice{"ten": tenMarks(), "first": one, "last": last, "abstain": {Abstain: true}, "spoil": {Spoil: true}}
}

// TestEqualWork (B8): every choice takes as many allocations to seal. The least
// of some tries counts: what the collector has emptied is filled again.
func TestEqualWork(t *testing.T) {
	v := twoIssuers(t)
	w := v.voter(t, 0)
	least := map[string]float64{}
	for range 5 {
		for name, c := range lanzhouChoices() {
			bits := v.fill(t, c)
			n := testing.AllocsPerRun(1, func() { v.sealFor(t, w, bits) })
			if old, ok := least[name]; !ok || n < old {
				least[name] = n
			}
		}
		if equalValues(least) {
			return
		}
	}
	t.Errorf("allocations: %v", least)
}

func equalValues(m map[string]float64) bool {
	all := slices.Collect(maps.Values(m))
	return slices.Min(all) == slices.Max(all)
}

func (v *vote) sealFor(t testing.TB, w *voter, bits []bool) []byte {
	t.Helper()
	s, err := v.Encrypt(bits, w.credential.Key)
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Finish(w.credential, w.sk)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// tooDifferent is the value of Welch's t from which two classes of choices take
// different time, as in dudect (Reparaz, Balasch, Verbauwhede, 2017).
const tooDifferent = 10

// welch is the difference of two means in standard deviations of chance.
func welch(a, b []float64) float64 {
	ma, va := moments(a)
	mb, vb := moments(b)
	return (ma - mb) / math.Sqrt(va/float64(len(a))+vb/float64(len(b)))
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}

// timed are the measurements of two classes of work, in turns drawn at random.
type timed [2][]float64

// worst compares the two classes as they are, and without the slowest tenth, half
// and nine tenths of all: what else the machine does lengthens some of them.
func (m *timed) worst() (t float64) {
	all := slices.Sorted(slices.Values(append(slices.Clone(m[0]), m[1]...)))
	for _, keep := range []float64{1, 0.9, 0.5, 0.1} {
		limit := all[int(keep*float64(len(all)-1))]
		var kept timed
		for i := range m {
			kept[i] = slices.DeleteFunc(slices.Clone(m[i]), func(v float64) bool { return v > limit })
		}
		if min(len(kept[0]), len(kept[1])) < 20 {
			continue
		}
		if got := welch(kept[0], kept[1]); math.Abs(got) > math.Abs(t) {
			t = got
		}
	}
	return t
}

// BenchmarkTime measures whether a choice can be told from the time that sealing
// it takes on the terminal, or checking it at the server (B8). Each has a value
// "t"; below 10 no difference is seen. The twin does one multiplication more for
// one of the classes.
func BenchmarkTime(b *testing.B) {
	v := twoIssuers(b)
	w := v.voter(b, 0)
	bits := map[string][]bool{}
	for name, c := range lanzhouChoices() {
		bits[name] = v.fill(b, c)
	}
	b.Run("position", func(b *testing.B) { compareTimes(b, v.timePosition(0)) })
	b.Run("twin", func(b *testing.B) {
		if t := measureTimes(b, v.timePosition(1)); b.N >= enough && math.Abs(t) < tooDifferent {
			b.Errorf("a multiplication more is not seen: t = %.1f", t)
		}
	})
	b.Run("limit", func(b *testing.B) { compareTimes(b, v.timeLimit(b, bits["ten"])) })
	b.Run("seal", func(b *testing.B) {
		compareTimes(b, func(class int) time.Duration {
			start := time.Now()
			v.sealFor(b, w, bits[[]string{"ten", "abstain"}[class]])
			return time.Since(start)
		})
	})
	b.Run("check", func(b *testing.B) {
		compareTimes(b, func(class int) time.Duration {
			return v.timeCheck(b, v.sealFor(b, w, bits[[]string{"ten", "abstain"}[class]]))
		})
	})
}

// enough measurements are there for a verdict.
const enough = 1000

func compareTimes(b *testing.B, work func(class int) time.Duration) {
	b.Helper()
	if t := measureTimes(b, work); b.N >= enough && math.Abs(t) > tooDifferent {
		b.Errorf("the time tells the choice: t = %.1f", t)
	}
}

func measureTimes(b *testing.B, work func(class int) time.Duration) float64 {
	b.Helper()
	var m timed
	for range b.N {
		class := rand.IntN(2)
		m[class] = append(m[class], float64(work(class).Nanoseconds()))
	}
	t := m.worst()
	b.ReportMetric(math.Abs(t), "t")
	return t
}

// timePosition encrypts 0 or 1, with so many multiplications more for 1.
func (v *vote) timePosition(more int) func(class int) time.Duration {
	bits := [2]*group.Scalar{new(group.Scalar), new(group.Scalar).SetUint64(1)}
	var c Ciphertext
	var spare group.Element
	return func(class int) time.Duration {
		r := group.RandomScalar()
		start := time.Now()
		v.encrypt(&c, r, bits[class])
		for range more * class {
			v.multG.Mult(&spare, r)
		}
		return time.Since(start)
	}
}

// timeLimit proves that 1 or 10 of 13 options are chosen.
func (v *vote) timeLimit(b *testing.B, bits []bool) func(class int) time.Duration {
	s, err := v.Encrypt(bits, v.voter(b, 0).credential.Key)
	if err != nil {
		b.Fatal(err)
	}
	last := len(v.limits) - 1
	context := v.ballotContext(v.voter(b, 0).credential, s.ciphertexts)
	st, r := v.statement(last, context, s.ciphertexts), s.combined(v.limits[last])
	return func(class int) time.Duration {
		p := &prover{params: v.Params, nonces: newNonces(context, s.secrets())}
		start := time.Now()
		p.prove(st, r, []uint64{1, 10}[class])
		return time.Since(start)
	}
}

// timeCheck is what the server does with a ballot. A ballot is measured several
// times, because what varies with its random bytes is not of interest.
func (v *vote) timeCheck(b *testing.B, body []byte) time.Duration {
	var all []time.Duration
	for range 3 {
		start := time.Now()
		if err := v.Verify(v.parse(b, body)); err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(start))
	}
	return slices.Min(all)
}
