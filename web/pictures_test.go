package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// pictureFolder has the pictures of the documents, each with the words it shows.
const pictureFolder = "../docs/images"

// takePictures is set by make pictures: shots become the pictures of the documents.
var takePictures = os.Getenv("PIAOJUE_PICTURES") != ""

// pictures says which picture of the documents a shot of a test is, if any: the
// name of the picture by those of shot and test.
var pictures = sync.OnceValue(func() map[[2]string]string {
	text, err := os.ReadFile(filepath.Join(pictureFolder, "pictures.txt"))
	if err != nil {
		panic(err)
	}
	of := make(map[[2]string]string)
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) == 3 && !strings.HasPrefix(line, "#") {
			of[[2]string{words[1], words[2]}] = words[0]
		}
	}
	return of
})

// seenWords are the headings, buttons and column heads that a screen shows.
const seenWords = `[...document.querySelectorAll("h1, h2, h3, legend, button, a.button, summary, th[scope=col]")].filter((e) => {
	const r = e.getBoundingClientRect();
	return e.checkVisibility({ visibilityProperty: true }) && r.width > 1 && r.height > 1 && r.bottom > 0 && r.top < innerHeight;
}).map((e) => e.innerText)`

var anyNumber = regexp.MustCompile(`[0-9]+`)

// shownWords returns them sorted, each once; a number is a 0, so that only words
// count. A page that goes away meanwhile says why, and is asked again.
func (t *tab) shownWords() string {
	t.Helper()
	var all []string
	if err := t.try(seenWords, &all); err != nil {
		return err.Error()
	}
	seen := make(map[string]bool)
	for _, w := range all {
		seen[anyNumber.ReplaceAllString(strings.Join(strings.Fields(w), " "), "0")] = true
	}
	delete(seen, "")
	return strings.Join(slices.Sorted(maps.Keys(seen)), "\n") + "\n"
}

// pictureOf is the picture of the documents that a shot is, without its ending.
func (t *tab) pictureOf(shot string) (path string, ok bool) {
	name, ok := pictures()[[2]string{shot, t.Name()}]
	return filepath.Join(pictureFolder, name), ok
}

// comparePicture demands that a shot which stands in the documents still shows
// the words it shows there, so that no guide shows a page that is no more. It
// looks before the shot is taken: some pages go away by themselves.
func (t *tab) comparePicture(shot string) {
	t.Helper()
	path, ok := t.pictureOf(shot)
	if !ok {
		return
	}
	if takePictures {
		must(t, os.WriteFile(path+".txt", []byte(t.shownWords()), 0o644))
		return
	}
	want, err := os.ReadFile(path + ".txt")
	must(t, err)
	if got := t.settled(string(want)); got != string(want) {
		t.Errorf("%s.png shows another page than there is (make pictures takes it again); now it says:\n%s\nthe picture:\n%s", path, got, want)
	}
}

// takePicture puts a shot into the documents.
func (t *tab) takePicture(shot string, data []byte) {
	t.Helper()
	if path, ok := t.pictureOf(shot); ok && takePictures {
		must(t, os.WriteFile(path+".png", fewColours(t, data), 0o644))
	}
}

// settled waits a while for the words: what comes live may come later than it did
// when the picture was taken.
func (t *tab) settled(want string) (got string) {
	t.Helper()
	for end := time.Now().Add(pageWait / 3); ; time.Sleep(50 * time.Millisecond) {
		if got = t.shownWords(); got == want || time.Now().After(end) {
			return got
		}
	}
}

// fewColours writes a picture with 256 colours, which a page looks the same in.
func fewColours(t testing.TB, data []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(data))
	must(t, err)
	palette := commonColours(full)
	few := image.NewPaletted(full.Bounds(), palette)
	index := make(map[color.RGBA]uint8)
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			i, known := index[c]
			if !known {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			few.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	must(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few))
	return out.Bytes()
}

// commonColours returns the 256 colours that are most common, of those that look
// alike one.
func commonColours(full image.Image) color.Palette {
	type alike [3]uint8
	count, best := make(map[alike]int), make(map[alike]map[color.RGBA]int)
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			a := alike{c.R >> 3, c.G >> 3, c.B >> 3}
			if best[a] == nil {
				best[a] = make(map[color.RGBA]int)
			}
			count[a]++
			best[a][c]++
		}
	}
	groups := slices.SortedFunc(maps.Keys(count), func(a, b alike) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return slices.Compare(a[:], b[:])
	})
	var palette color.Palette
	for _, a := range groups[:min(256, len(groups))] {
		palette = append(palette, mostOf(best[a]))
	}
	return palette
}

func mostOf(count map[color.RGBA]int) (most color.RGBA) {
	for c, n := range count {
		if n > count[most] || n == count[most] && (c.R > most.R || c.R == most.R && (c.G > most.G || c.G == most.G && c.B > most.B)) {
			most = c
		}
	}
	return most
}
