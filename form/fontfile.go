package form

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// FindTypeface reads the font from the first of the folders that has it.
func FindTypeface(folders ...string) (*Typeface, error) {
	for _, folder := range folders {
		t, err := ReadTypeface(folder)
		if !errors.Is(err, ErrNoFont) && !errors.Is(err, fs.ErrNotExist) {
			return t, err
		}
	}
	return nil, ErrNoFont
}

// ReadTypeface reads a font from TrueType files: text, bold, and any others to
// fall back on. A folder stands for the two files of the standard font, and for
// all other .ttf in it to fall back on.
func ReadTypeface(paths ...string) (*Typeface, error) {
	var files [][]byte
	for _, path := range paths {
		names, err := fontFiles(path)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := readFont(name)
			if err != nil {
				return nil, err
			}
			files = append(files, data)
		}
	}
	if len(files) == 0 {
		return nil, ErrNoFont
	}
	return ParseTypeface(files...)
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

func readFont(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFont {
		return nil, fmt.Errorf("%s: %w", name, errFont)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if _, err := parseFace(data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}
