package form

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// corner is a picture whose left half is dark, with a mark in the upper left.
func corner(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{200, 0, 0, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// secretPlace is what a camera writes beside a picture.
const secretPlace = "GPS 36.0611N 103.8343E"

// withEXIF puts a camera's notes into a JPEG file, behind its first two bytes.
func withEXIF(file []byte, order appendOrder, turn uint16) []byte {
	head := "II*\x00"
	if order.Uint16([]byte{1, 0}) != 1 {
		head = "MM\x00*"
	}
	tiff := order.AppendUint32([]byte(head), 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, turn)
	tiff = append(tiff, 0, 0)
	tiff = append(tiff, secretPlace...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, file[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

// appendOrder is a byte order that reads and appends.
type appendOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func decodePhoto(t *testing.T, data []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What a camera writes beside the picture is gone, and the picture is small.
func TestPhotoKeepsThePictureAlone(t *testing.T) {
	file := withEXIF(jpegOf(t, corner(3200, 2400)), binary.LittleEndian, 1)
	if !bytes.Contains(file, []byte(secretPlace)) {
		t.Fatal("the test's file holds no place")
	}
	p, err := ReadPhoto(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{p.Full, p.Preview} {
		if bytes.Contains(part, []byte("Exif")) || bytes.Contains(part, []byte(secretPlace)) {
			t.Error("the photo still holds what the camera wrote")
		}
	}
	if p.Width != 1600 || p.Height != 1200 {
		t.Errorf("the photo is %d×%d, want 1600×1200", p.Width, p.Height)
	}
	if got := decodePhoto(t, p.Preview).Bounds().Size(); got != image.Pt(400, 300) {
		t.Errorf("the preview is %v, want 400×300", got)
	}
}

// However the camera was held, the mark comes out in the upper left: the file
// holds the picture turned the other way.
func TestPhotoIsUpright(t *testing.T) {
	want := corner(120, 80)
	for _, order := range []appendOrder{binary.LittleEndian, binary.BigEndian} {
		for turn := 1; turn <= 8; turn++ {
			p, err := ReadPhoto(withEXIF(jpegOf(t, lying(want, turn)), order, uint16(turn)))
			if err != nil {
				t.Fatal(err)
			}
			got := decodePhoto(t, p.Full)
			if got.Bounds().Size() != want.Rect.Size() {
				t.Errorf("orientation %d: size %v, want %v", turn, got.Bounds().Size(), want.Rect.Size())
				continue
			}
			for _, at := range []image.Point{{10, 10}, {110, 10}, {10, 70}, {110, 70}} {
				_, g, _, _ := got.At(at.X, at.Y).RGBA()
				_, w, _, _ := want.At(at.X, at.Y).RGBA()
				if (g > 0x8000) != (w > 0x8000) {
					t.Errorf("orientation %d: wrong at %v", turn, at)
				}
			}
		}
	}
}

// lying is what the sensor saw: the picture from which turned leads to m.
func lying(m *image.RGBA, turn int) *image.RGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	if turn >= 5 {
		w, h = h, w
	}
	from := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := x, y
			if turn > 1 {
				u, v = turned(turn, x, y, w, h)
			}
			from.SetRGBA(x, y, m.RGBAAt(u, v))
		}
	}
	return from
}

func TestPhotoKinds(t *testing.T) {
	small := corner(40, 30)
	for name, file := range map[string][]byte{"jpeg": jpegOf(t, small), "png": pngOf(t, small)} {
		p, err := ReadPhoto(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Width != 40 || p.Height != 30 {
			t.Errorf("%s: %d×%d, want the size it has", name, p.Width, p.Height)
		}
	}
}

// A file that is none, or says that it is huge, is refused with a sentence.
func TestPhotoRefused(t *testing.T) {
	good := jpegOf(t, corner(40, 30))
	for _, c := range []struct {
		name, id string
		file     []byte
	}{
		{"nothing", "photo.empty", nil},
		{"a page", "photo.other_kind", []byte("<html><script>alert(1)</script>")},
		{"a drawing with scripts", "photo.other_kind", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		{"an animation", "photo.other_kind", []byte("GIF89a\x01\x00\x01\x00")},
		{"half a photo", "photo.broken", good[:len(good)/2]},
		{"a bomb", "photo.large_picture", hugePNG(t)},
		{"a deep bomb", "photo.large_picture", saying(pngOf(t, image.NewNRGBA64(image.Rect(0, 0, 8, 8))), 8000, 6000)},
		{"a progressive bomb", "photo.large_picture", progressive(good, 8000, 6000)},
		{"a large file", "photo.large_file", append(bytes.Clone(good), make([]byte, MaxPhoto)...)},
	} {
		_, err := ReadPhoto(c.file)
		var refused *PhotoError
		if !errors.As(err, &refused) || refused.ID != c.id {
			t.Errorf("%s: %v, want %s", c.name, err, c.id)
		}
	}
	if _, err := ReadPhoto(good); err != nil {
		t.Errorf("the good twin: %v", err)
	}
}

// hugePNG is a small file that says it has 60,000 by 60,000 pixels.
func hugePNG(t testing.TB) []byte { return saying(pngOf(t, corner(8, 8)), 60_000, 60_000) }

// saying lets a PNG file say that it is that large.
func saying(file []byte, w, h uint32) []byte {
	header := file[12:29] // IHDR and its 13 bytes
	binary.BigEndian.PutUint32(header[4:], w)
	binary.BigEndian.PutUint32(header[8:], h)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(header))
	return file
}

// progressive lets a JPEG file say that it is progressive and that large.
func progressive(file []byte, w, h uint16) []byte {
	file = bytes.Clone(file)
	at := bytes.Index(file, []byte{0xFF, 0xC0})
	file[at+1] = 0xC2
	binary.BigEndian.PutUint16(file[at+5:], h)
	binary.BigEndian.PutUint16(file[at+7:], w)
	return file
}

// Twins of the bombs: what phones send may be as large as that (attack S8).
func TestPhotoSize(t *testing.T) {
	usual := jpegOf(t, corner(40, 30))
	at := bytes.Index(usual, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(usual[at+5:], 6000)
	binary.BigEndian.PutUint16(usual[at+7:], 8000)
	for name, file := range map[string][]byte{
		"a photo of 48 million pixels": usual,
		"a screenshot":                 saying(pngOf(t, corner(8, 8)), 8000, 6000),
		"a small progressive one":      progressive(jpegOf(t, corner(40, 30)), 4000, 3000),
	} {
		if err := checkPhoto(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzPhoto(f *testing.F) {
	good := jpegOf(f, corner(16, 12))
	f.Add(good)
	f.Add(withEXIF(good, binary.BigEndian, 6))
	f.Add(pngOf(f, corner(5, 5)))
	f.Add(hugePNG(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := ReadPhoto(data); err == nil {
			if again, err := ReadPhoto(p.Full); err != nil || again.Width != p.Width {
				t.Errorf("what was kept is not read again: %v", err)
			}
		}
	})
}
