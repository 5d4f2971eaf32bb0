package web

import (
	"errors"

	"piaojue/form"
)

const (
	// maxPhotos is how many pictures a form takes, as the log does for an entry.
	maxPhotos = 9
	// maxPhotoTurns bounds the photos that are drawn anew at a time: a large one
	// takes hundreds of megabytes meanwhile (attack S8).
	maxPhotoTurns = 1
)

// The turns of citizens, and of those who work here: these never wait for those.
var (
	publicTurns = make(chan struct{}, maxPhotoTurns)
	memberTurns = make(chan struct{}, maxPhotoTurns)
)

// readPhoto is form.ReadPhoto, for few at a time.
func readPhoto(data []byte, turns chan struct{}) (*form.Photo, error) {
	turns <- struct{}{}
	defer func() { <-turns }()
	return form.ReadPhoto(data)
}

// drawn is a photo that was drawn anew, or why it was not.
type drawn struct {
	photo *form.Photo
	err   error
}

// photo is a photo of a form, drawn anew once.
func (f *filled) photo(name string, i int) (*form.Photo, error) {
	if len(f.drawn[name]) != len(f.photos[name]) {
		f.draw()
	}
	d := f.drawn[name][i]
	return d.photo, d.err
}

// draw draws all photos of a form anew. It takes seconds: call it before the log
// is held for writing. What is more than a form takes is refused unseen.
func (f *filled) draw() {
	turns := memberTurns
	if f.public {
		turns = publicTurns
	}
	f.drawn = make(map[string][]drawn)
	left := maxPhotos
	for name, all := range f.photos {
		list := make([]drawn, len(all))
		for i := range all {
			list[i].err = errMorePhotos
			if left--; left >= 0 {
				list[i].photo, list[i].err = readPhoto(all[i], turns)
			}
		}
		f.drawn[name] = list
	}
}

var errMorePhotos = errors.New("more photos than a form takes")
