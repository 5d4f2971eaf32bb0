package form

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const bom = "\ufeff"

// decode turns a file into text. What its encoding cannot say becomes U+FFFD,
// which no cell may hold: the error then names the cell.
func decode(data []byte) (string, *Cause) {
	switch {
	case len(data) > maxFile:
		return "", &Cause{"row.large_file", []any{maxFile >> 20}}
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}): // .xls, .et, or encrypted
		return "", &Cause{"row.is_excel", []any{workbookEnding}}
	}
	text := strings.TrimPrefix(decodeBytes(data), bom)
	if strings.TrimSpace(text) == "" {
		return "", &Cause{ID: "row.empty_file"}
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<") { // what many systems call .xls
		return "", &Cause{"row.is_page", []any{workbookEnding}}
	}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // old Macs end lines so
	}
	return text, nil
}

// decodeBytes looks for a byte order mark, then for valid UTF-8, then takes
// GB18030, which Excel writes in China. x/text's decoder leaves U+FFFD for bytes
// that it cannot map, without an error.
func decodeBytes(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err == nil {
			return string(text)
		}
	case bytes.HasPrefix(data, []byte(bom)):
		return strings.ToValidUTF8(string(data), string(utf8.RuneError))
	case utf8.Valid(data):
		return string(data)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), string(utf8.RuneError))
	}
	return string(text)
}
