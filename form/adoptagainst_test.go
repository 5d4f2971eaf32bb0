package form

import (
	"strings"
	"testing"
)

// TestAdoptAgainst: where votes against may decide a tie, an option without
// them is refused, not taken as one that nobody was against.
func TestAdoptAgainst(t *testing.T) {
	const document = `{"rules":{"winners_k":1,"ballot_mode":"yna_each","tie":"fewer_against"},` +
		`"counts":{"entitled":9,"present":9,"issued":9,"collected":9,"valid":9,"invalid":0},` +
		`"options":[{"id":"a","for":6,"against":3},{"id":"b","for":6AGAINST}]}`
	if _, err := ReadAdopt([]byte(strings.Replace(document, "AGAINST", `,"against":2`, 1))); err != nil {
		t.Errorf("the twin: %v", err)
	}
	_, err := ReadAdopt([]byte(strings.Replace(document, "AGAINST", "", 1)))
	if err == nil || !strings.Contains(err.Error(), "options[1].against") {
		t.Errorf("error %v, want one that names options[1].against", err)
	}
}
