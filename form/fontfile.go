package form

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"weak"
)

// ErrNoFont means that no font was found where one is looked for.
var ErrNoFont = errors.New("form: no font for the official forms")

// The files of the font that forms are made with: Noto Serif SC, which has the
// characters of 通用规范汉字表 and more (30 928), under the OFL. It is fetched by
// `make fonts`, which checks it; [Typeface.Standard] says whether it is the one.
const (
	standardPlain = "NotoSerifSC_400Regular.ttf"
	standardBold  = "NotoSerifSC_700Bold.ttf"

	// As in .ci/fonts.
	standardPlainSum = "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742"
	standardBoldSum  = "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6"
)

// maxFont bounds a font file.
const maxFont = 128 << 20

// FontPlaces are the folders in which the font is looked for, given the path of
// the program that runs.
func FontPlaces(program string) []string {
	beside := filepath.Dir(program)
	return []string{
		filepath.Join(beside, "fonts"),
		filepath.Join(beside, "..", "build", "fonts"),
		"/usr/local/share/fonts/piaojue",
		"/usr/share/fonts/truetype/piaojue",
	}
}

// A Font is the files of a [Typeface]. In memory they would be most of what a
// server holds that does nothing: they are read when a form is set in them, for
// all who set one then, and let go afterwards.
type Font struct {
	files []string

	mu       sync.Mutex // guards typeface
	typeface weak.Pointer[Typeface]
}

// FindFont looks at the font in the first of the folders that has it.
func FindFont(folders ...string) (*Font, error) {
	for _, folder := range folders {
		f, err := OpenFont(folder)
		if !errors.Is(err, ErrNoFont) && !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, ErrNoFont
}

// OpenFont looks at a font of TrueType files: text, bold, and any others to fall
// back on. A folder stands for the two files of the standard font, and for all
// other .ttf in it to fall back on. Each must have the tables of a font.
func OpenFont(paths ...string) (*Font, error) {
	f := &Font{}
	for _, path := range paths {
		names, err := fontFiles(path)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := checkFont(name); err != nil {
				return nil, err
			}
		}
		f.files = append(f.files, names...)
	}
	if len(f.files) == 0 {
		return nil, ErrNoFont
	}
	return f, nil
}

// Typeface returns what somebody else holds of the font, or reads it. It is in
// memory as long as somebody holds it, and until the collector runs.
func (f *Font) Typeface() (*Typeface, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.typeface.Value(); t != nil {
		return t, nil
	}
	var files [][]byte
	for _, name := range f.files {
		data, err := readFont(name)
		if err != nil {
			return nil, err
		}
		files = append(files, data)
	}
	t, err := ParseTypeface(files...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(f.files, ", "), err)
	}
	f.typeface = weak.Make(t)
	return t, nil
}

func fontFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	names, err := filepath.Glob(filepath.Join(path, "*.ttf"))
	if err != nil {
		return nil, err
	}
	standard := []string{filepath.Join(path, standardPlain), filepath.Join(path, standardBold)}
	for _, name := range standard {
		at := slices.Index(names, name)
		if at < 0 {
			return nil, fmt.Errorf("%w in %s", ErrNoFont, path)
		}
		names = slices.Delete(names, at, at+1)
	}
	return append(standard, names...), nil
}

func openFont(name string) (file *os.File, size int64, err error) {
	if file, err = os.Open(name); err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err == nil && info.Size() > maxFont {
		err = fmt.Errorf("%s: %w", name, errFont)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

// checkFont looks where the tables of a file are, and at nothing in them.
func checkFont(name string) error {
	file, size, err := openFont(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := findTables(file, size); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func readFont(name string) ([]byte, error) {
	file, size, err := openFont(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, size)
	_, err = io.ReadFull(file, data)
	return data, err
}
