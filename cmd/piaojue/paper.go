package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/width"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// What a teller reads on the sheets of a ballot box stands in a text file: a
// line for each sheet, in the order of the pile, with the words that a deputy
// would type. Commas and cells of a table part words as spaces do. A sheet that
// is not valid is a line of one word, too; an empty line is nobody's sheet, so
// that no sheet can be passed over unseen.

// spoiled and abstaining are the words for a whole sheet, beside those of the
// ballot itself.
var (
	spoiled    = []string{"作废", "废票", "无效", "spoil", "spoiled", "invalid"}
	abstaining = []string{"全部弃权"}
)

// readSheets reads a file of sheets. All lines that are wrong are named at once.
func (t *tool) readSheets(path string, m *election.Manifest) ([]ballot.Choice, error) {
	data, err := t.read(path)
	if err != nil {
		return nil, err
	}
	var sheets []ballot.Choice
	var wrongs sheetErrors
	for i, line := range sheetLines(data) {
		c, err := parseSheet(m, line)
		if err != nil {
			wrongs = append(wrongs, because(err, "sheet", i+1, line))
		}
		sheets = append(sheets, c)
	}
	switch {
	case len(wrongs) > 0:
		return nil, because(wrongs, "sheets_file", path)
	case len(sheets) == 0:
		return nil, wrong("no_sheets", path)
	}
	return sheets, nil
}

// sheetErrors are the lines of a file that are wrong.
type sheetErrors []error

func (e sheetErrors) Error() string {
	var lines []string
	for _, err := range e {
		lines = append(lines, err.Error())
	}
	return strings.Join(lines, "\n")
}

// text is all of them in words.
func (e sheetErrors) text(t *tool) string {
	var b strings.Builder
	for _, err := range e {
		line, _ := t.explain(err)
		b.WriteString("\n" + line)
	}
	return b.String()
}

// sheetLines splits a file, which Excel in China writes in GB18030. Empty lines
// at its end are none.
func sheetLines(data []byte) []string {
	if !utf8.Valid(data) {
		if text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
			data = text
		}
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
	lines := strings.Split(text, "\n")
	for len(lines) > 0 && len(sheetWords(lines[len(lines)-1])) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// sheetWords are the words of a line, whatever keyboard typed it.
func sheetWords(line string) []string {
	return strings.FieldsFunc(width.Fold.String(line), func(r rune) bool {
		return strings.ContainsRune(" \t,;、\u3000\"", r)
	})
}

// parseSheet reads a line. What no ballot may hold is refused: the teller
// decides, and writes, that such a sheet is invalid.
func parseSheet(m *election.Manifest, line string) (ballot.Choice, error) {
	words := sheetWords(line)
	switch whole := strings.Join(words, " "); {
	case whole == "":
		return ballot.Choice{}, wrong("sheet_empty")
	case isWord(whole, "mark.spoil", spoiled):
		return ballot.Choice{Spoil: true}, nil
	case isWord(whole, "mark.abstain", abstaining):
		return fillSheet(m, ballot.Choice{Abstain: true}, whole)
	}
	c, err := parseChoice(m, words)
	if err != nil {
		return c, err
	}
	return fillSheet(m, c, line)
}

func isWord(text, id string, others []string) bool {
	return text == lang.ZH.Text(id) || text == lang.EN.Text(id) || slices.Contains(others, text)
}

// fillSheet checks a choice with the limits of the vote.
func fillSheet(m *election.Manifest, c ballot.Choice, text string) (ballot.Choice, error) {
	grid, err := m.Grid()
	if err != nil {
		return c, err
	}
	if _, err = grid.Fill(c); err == nil {
		return c, nil
	}
	if c.Abstain { // not offered by the rules
		return c, wrong("no_mark", text)
	}
	return c, explainChoice(err, m)
}

// sheetText is a sheet as a teller would type it.
func (t *tool) sheetText(m *election.Manifest, c ballot.Choice) string {
	switch {
	case c.Spoil:
		return t.lang.Text("mark.spoil")
	case c.Abstain:
		return t.lang.Text("mark.abstain")
	}
	numbers := numberOptions(m.Options)
	plain := m.Rules.BallotMode == ballot.SelectK || m.Rules.BallotMode == ballot.Choose1
	var words []string
	for i, mark := range c.Marks {
		switch {
		case mark == ballot.None:
		case plain:
			words = append(words, strconv.Itoa(numbers[i]))
		default:
			words = append(words, fmt.Sprintf("%d=%s", numbers[i], markName(t.lang, &m.Rules, mark)))
		}
	}
	return strings.Join(words, " ")
}

// appendSheet adds a line to a file of sheets: what was read of a pile must
// survive the program. The last line may lack its end, after an editor or a power
// cut.
func appendSheet(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if size := info.Size(); size > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = "\n" + line
		}
	}
	if _, err := fmt.Fprintln(f, line); err != nil {
		return err
	}
	return f.Sync()
}
