package web

import (
	"strings"
	"testing"

	"piaojue/store"
)

// TestManifestPicture: from the freeze on the console draws the manifest's hash
// for the scanner of a terminal, and before that nothing.
func TestManifestPicture(t *testing.T) {
	s := newStage(t)
	s.draft()
	if page := string(s.do(store.RoleStaff, "GET", "/console/v1", nil)); strings.Contains(page, "code-picture") {
		t.Error("a code before there is a manifest")
	}
	s.freeze()
	want, err := drawQR(strings.ToUpper(hexOf(s.manifest)))
	must(t, err)
	page := string(s.do(store.RoleStaff, "GET", "/console/v1", nil))
	if !strings.Contains(page, `<path d="`+want.Path+`"/>`) || want.Size < 29 {
		t.Errorf("no code of the manifest, size %d", want.Size)
	}
	if other, err := drawQR("other"); err != nil || other.Path == want.Path {
		t.Errorf("%v, %v", other, err)
	}
	if _, err := drawQR(strings.Repeat("x", 10_000)); err == nil {
		t.Error("a text that no code holds was drawn")
	}
}
