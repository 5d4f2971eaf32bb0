package web

import (
	"cmp"
	"math"
	"slices"
)

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
