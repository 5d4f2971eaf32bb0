package project

import (
	"testing"
	"time"
)

// TestDates compares every day of 200 years with package time.
func TestDates(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	first := Date(20000101)
	for i := 0; at.Year() < 2200; i++ {
		d := NewDate(at.Year(), int(at.Month()), at.Day())
		if !d.Valid() || d.Sub(first) != i || d.String() != at.Format("2006-01-02") {
			t.Fatalf("day %d: %s, %d days", i, d, d.Sub(first))
		}
		if i%97 == 0 && (first.Add(i) != d || d.Add(-i) != first) {
			t.Fatalf("%s: Add", d)
		}
		at = at.AddDate(0, 0, 1)
	}
	if got := Date(21991231).Add(1); got != 21991231 {
		t.Errorf("after the last day: %s", got)
	}
	if got := first.Add(-1); got != first {
		t.Errorf("before the first day: %s", got)
	}
	for _, d := range []Date{0, 1, 20260229, 20251301, 20250100, 20250132, 19991231, 22000101, 1<<32 - 1} {
		if d.Valid() {
			t.Errorf("%d is a day", d)
		}
	}
	if NewDate(2025, 2, 29) != 0 || NewDate(1, 1, 1) != 0 || NewDate(2025, 1, 120) != 0 {
		t.Error("days that are none")
	}
	if !Date(20250101).Past(20250102) || Date(20250101).Past(20250101) || Date(0).Past(20250101) {
		t.Error("when a deadline is over")
	}
}
