package web

import "piaojue/form"

const (
	// maxPhotos is how many pictures a form takes, as the log does for an entry.
	maxPhotos = 9
	// maxPhotoTurns bounds the photos that are drawn anew at a time: a large one
	// takes a hundred megabytes meanwhile (attack S8).
	maxPhotoTurns = 2
)

var photoTurns = make(chan struct{}, maxPhotoTurns)

// readPhoto is form.ReadPhoto, for few at a time.
func readPhoto(data []byte) (*form.Photo, error) {
	photoTurns <- struct{}{}
	defer func() { <-photoTurns }()
	return form.ReadPhoto(data)
}
