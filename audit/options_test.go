package audit

import (
	"reflect"
	"slices"
	"testing"
)

// TestOptionsExcuseNothing (S11): there is no option that lets a known deviation
// pass. Whoever adds one explains here why no record gets better by it.
func TestOptionsExcuseNothing(t *testing.T) {
	known := []string{
		"Manifest", // one more check
		"Parent",   // one more check
		"Workers",  // TestVerify: the same report
		"Progress", // tells, and is not asked
	}
	var got []string
	for f := range reflect.TypeFor[Options]().Fields() {
		got = append(got, f.Name)
	}
	if !slices.Equal(got, known) {
		t.Errorf("options %v, want %v", got, known)
	}
}
