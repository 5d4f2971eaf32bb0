package election_test

import (
	"slices"
	"testing"
)

// TestLot: the order is drawn once the joint key stands, names each option once,
// and is another one under another key.
func TestLot(t *testing.T) {
	if got := smallVote().Until("ready").State.Lot(); got != nil {
		t.Errorf("order %v before the joint key", got)
	}
	seen := map[string]bool{}
	for range 20 { // 6 orders: that all are the same happens once in 6¹⁹
		s := keyed(t, smallRules(), unchanged)
		order := s.State.Lot()
		if sorted := slices.Sorted(slices.Values(order)); !slices.Equal(sorted, []int{0, 1, 2}) {
			t.Fatalf("order %v", order)
		}
		if again := s.State.Lot(); !slices.Equal(order, again) {
			t.Errorf("order %v, then %v", order, again)
		}
		seen[string([]byte{byte(order[0]), byte(order[1]), byte(order[2])})] = true
	}
	if len(seen) < 2 {
		t.Error("always the same order")
	}
}
