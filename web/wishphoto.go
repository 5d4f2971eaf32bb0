package web

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"html/template"

	"piaojue/project"
	"piaojue/store"
)

// wishPhoto is a photo of a wish as somebody sees it.
type wishPhoto struct {
	Hash   string
	Inline template.URL // the picture itself: who has only the code has no address for it
	Gone   bool         // it was erased
	own    bool         // shown to nobody but who has the code
	blob   project.Blob
}

// wishPhotos are the photos of a wish that somebody may see.
func (v *wishView) wishPhotos(state *project.State, x *project.Suggestion) (all []wishPhoto) {
	if !v.Reads && x.Shown != project.ShownAll {
		return nil
	}
	for _, b := range x.Photos {
		h, _ := state.Holding(b)
		public := h.Visibility == project.Public
		all = append(all, wishPhoto{
			Hash: hex.EncodeToString(b[:]), Gone: h.Visibility == project.Withdrawn, own: v.Own && !public, blob: b,
		})
	}
	return all
}

// readPhotos puts those into the page that only the code opens. A code stands in
// no address, so that a picture of its own could not be asked for with it.
func (v *wishView) readPhotos(ctx context.Context, p *projects) error {
	for i := range v.Photos {
		x := &v.Photos[i]
		if !x.own || x.Gone {
			continue
		}
		small, err := p.db.Preview(ctx, x.blob)
		if errors.Is(err, store.ErrNotFound) { // erased since
			x.Gone = true
			continue
		}
		if err != nil {
			return err
		}
		// Previews are JPEG files that this server made: nothing in them is markup.
		x.Inline = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(small))
	}
	return nil
}
