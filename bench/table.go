package main

import (
	"fmt"
	"io"
	"math"
)

// printTable prints a row for each step: seconds and megabytes at each size, and
// how the time grows between the two largest as a power of the ballots (1 is
// linear).
func printTable(w io.Writer, all []*journal) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n| step |")
	for _, j := range all {
		fmt.Fprintf(w, " %d: s | server MB | program MB |", j.Ballots)
	}
	fmt.Fprint(w, " growth |\n|---|")
	for range all {
		fmt.Fprint(w, "---|---|---|")
	}
	fmt.Fprintln(w, "---|")
	for _, s := range all[len(all)-1].Steps {
		fmt.Fprintf(w, "| %s |", s.Step)
		for _, j := range all {
			m := j.step(s.Step)
			fmt.Fprintf(w, " %.1f | %s | %s |", m.Seconds, megabytes(m.Server), megabytes(m.Program))
		}
		fmt.Fprintf(w, " %s |\n", growth(all, s.Step))
	}
}

func megabytes(kb int64) string {
	if kb == 0 {
		return ""
	}
	return fmt.Sprint((kb*1024 + 999_999) / 1_000_000)
}

// growth is the exponent of the time between the two largest sizes. What is done
// in less than a second is not measured well enough to say.
func growth(all []*journal, step string) string {
	if len(all) < 2 {
		return ""
	}
	a, b := all[len(all)-2], all[len(all)-1]
	x, y := a.step(step).Seconds, b.step(step).Seconds
	if y < 1 || x <= 0 || a.Ballots == b.Ballots {
		return ""
	}
	return fmt.Sprintf("%.2f", math.Log(y/x)/math.Log(float64(b.Ballots)/float64(a.Ballots)))
}
