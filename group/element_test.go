package group

import "testing"

func TestZeroValueIsIdentity(t *testing.T) {
	if !new(Element).IsIdentity() {
		t.Error("zero value is not the identity")
	}
}
