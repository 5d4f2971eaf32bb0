package form

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // what screenshots are
	"math"
	"net/http"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // what chat programs send

	"piaojue/lang"
)

const (
	// MaxPhoto is the size of a photo as a phone sends it, in bytes.
	MaxPhoto = 20 << 20

	// maxPixels bounds what a photo is in memory: small files can say that they
	// are huge pictures.
	maxPixels = 64 << 20
	// maxDecoded bounds the bytes that a decoder may take for it.
	maxDecoded = 400 << 20

	photoEdge   = 1600 // pixels of the longer side, as it is kept
	previewEdge = 400
	quality     = 82
)

// Photo is a picture as it is kept: upright JPEG files in which nothing is left
// of what a camera writes beside the picture (place, time, owner, model).
type Photo struct {
	Full, Preview []byte // at most 1600 and 400 pixels on the longer side
	Width, Height int    // of Full, in pixels
}

// A PhotoError says why a photo is not taken, and what to do.
type PhotoError struct{ Cause }

func (e *PhotoError) Error() string { return e.Text(lang.EN) }

// ReadPhoto reads a JPEG, PNG or WebP file and draws it anew, which leaves
// behind whatever else the file holds. Its error is a *PhotoError.
func ReadPhoto(data []byte) (*Photo, error) {
	if err := checkPhoto(data); err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, photoError("photo.broken")
	}
	turn := orientation(data)
	full := scale(picture, turn, photoEdge)
	p := &Photo{Width: full.Rect.Dx(), Height: full.Rect.Dy()}
	if p.Full, err = encodePhoto(full); err != nil {
		return nil, err
	}
	p.Preview, err = encodePhoto(scale(full, 1, previewEdge))
	return p, err
}

func photoError(id string, args ...any) error { return &PhotoError{Cause{id, args}} }

// checkPhoto looks at the head of a file before anything is decoded.
func checkPhoto(data []byte) error {
	switch {
	case len(data) == 0:
		return photoError("photo.empty")
	case len(data) > MaxPhoto:
		return photoError("photo.large_file", MaxPhoto>>20)
	}
	switch http.DetectContentType(data) {
	case "image/jpeg", "image/png", "image/webp":
	default:
		return photoError("photo.other_kind", "JPEG · PNG · WebP")
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return photoError("photo.broken")
	}
	most := min(maxPixels, maxDecoded/pixelBytes(data, format, config.ColorModel))
	if int64(config.Width)*int64(config.Height) > int64(most) {
		return photoError("photo.large_picture", most>>20)
	}
	return nil
}

// scale draws a picture upright on white, not larger than it is, its longer
// side at most edge pixels.
func scale(from image.Image, turn int, edge int) *image.RGBA {
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	factor := min(1, float64(edge)/float64(max(w, h)))
	w, h = side(w, factor), side(h, factor)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(to, to.Rect, from, from.Bounds(), draw.Over, nil)
	return upright(to, turn)
}

func side(n int, factor float64) int {
	return max(1, int(math.Round(float64(n)*factor)))
}

// upright undoes one of the eight orientations of EXIF (JEITA CP-3451, tag
// 0x0112): 2 to 4 are mirrored or turned by half, 5 to 8 lie on a side.
func upright(from *image.RGBA, turn int) *image.RGBA {
	if turn < 2 || turn > 8 {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			u, v := turned(turn, x, y, w, h)
			to.SetRGBA(u, v, from.RGBAAt(x, y))
		}
	}
	return to
}

// turned is where a pixel of a picture of w by h pixels belongs.
func turned(turn, x, y, w, h int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	default:
		return y, w - 1 - x
	}
}

func encodePhoto(picture image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}
