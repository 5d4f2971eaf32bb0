package piaojue

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// guides are the documents that tell people what to press.
func guides(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"docs/guide/*.md", "docs/runbook/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) < 6 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		all = append(all, found...)
	}
	return all
}

var (
	inCode    = regexp.MustCompile("`([^`\n]+)`")
	fenced    = regexp.MustCompile("(?s)```.*?```")
	pictureIn = regexp.MustCompile(`!\[([^\]]*)\]\(([^)]+)\)`)
	makeIn    = regexp.MustCompile("(?m)(?:^ *|`)make ([a-z-]+)")
	routePath = regexp.MustCompile(`(?:path: "|\.(?:Get|Handle)\("|\{")(/[^"]*)"`)
	chineseID = regexp.MustCompile(`(票决编号|编号)`)
	pathParam = regexp.MustCompile(`\{[a-z]+\}`)
	quotedIn  = map[string]*regexp.Regexp{"zh": regexp.MustCompile(`「([^」]*)」`), "en": regexp.MustCompile(`“([^”]*)”`)}
)

// said are all texts of the catalogues of a language; a verb stands for anything.
func said(t *testing.T, language string) *regexp.Regexp {
	t.Helper()
	var all []string
	for _, pattern := range []string{"web/text/*.%s.txt", "kiosk/text/*%s.txt", "lang/%s.txt", "cmd/piaojue/text/%s.txt"} {
		files, err := filepath.Glob(fmt.Sprintf(pattern, language))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			for line := range strings.Lines(readText(t, file)) {
				if _, text, ok := strings.Cut(strings.TrimSpace(line), " = "); ok {
					all = append(all, verb.ReplaceAllString(regexp.QuoteMeta(text), ".+"))
				}
			}
		}
	}
	if len(all) < 1000 {
		t.Fatalf("%d texts were found", len(all))
	}
	return regexp.MustCompile("^(?:" + strings.Join(all, "|") + ")$")
}

var verb = regexp.MustCompile(`%[sdv]`)

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGuidesSayWhatPagesSay: what a guide puts in 「」, an English one in “”, is a
// page, a button or a message of the product, to the letter.
func TestGuidesSayWhatPagesSay(t *testing.T) {
	texts, looked := map[string]*regexp.Regexp{"zh": said(t, "zh"), "en": said(t, "en")}, 0
	for _, file := range guides(t) {
		language := "zh"
		if strings.HasSuffix(file, ".en.md") {
			language = "en"
		}
		for _, q := range quotedIn[language].FindAllStringSubmatch(readText(t, file), -1) {
			if looked++; !texts[language].MatchString(q[1]) {
				t.Errorf("%s: no page says %s", file, q[0])
			}
		}
	}
	if looked < 150 {
		t.Errorf("%d words were looked at", looked)
	}
	for text, want := range map[string]bool{"暂停投票": true, "暂停投": false, "按住：作废本次票决": true, "第 3 步，共 11 步": true, "": false, "没有这个按钮": false} {
		if got := texts["zh"].MatchString(text); got != want {
			t.Errorf("「%s」: %t, want %t", text, got, want)
		}
	}
}

// TestGuidesNameWhatIsThere: the pages, commands and targets of make that a
// guide names exist.
func TestGuidesNameWhatIsThere(t *testing.T) {
	routes, targets := routesThere(t), readText(t, "Makefile")
	for _, file := range guides(t) {
		text := readText(t, file)
		for _, c := range inCode.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			if path := c[1]; strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/var/") && !strings.HasPrefix(path, "/etc/") && !slices.Contains(routes, pathParam.ReplaceAllString(chineseID.ReplaceAllString(path, "{}"), "{}")) {
				t.Errorf("%s: there is no page %s", file, path)
			}
		}
		for _, m := range makeIn.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(targets, "\n"+m[1]+":") {
				t.Errorf("%s: there is no make %s", file, m[1])
			}
		}
	}
	if len(routes) < 100 || slices.Contains(routes, "/nowhere") || !slices.Contains(routes, "/console/{}") {
		t.Errorf("%d routes: %q", len(routes), routes)
	}
}

// routesThere are the paths of all routes, with {} for what varies.
func routesThere(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("web/*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"/register/checkpoint", "/register/entries"} // an issuer's own
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			for _, m := range routePath.FindAllStringSubmatch(readText(t, file), -1) {
				all = append(all, pathParam.ReplaceAllString(m[1], "{}"))
			}
		}
	}
	return all
}

// TestPictures: each picture that a document shows is one that a browser test
// takes (web/pictures_test.go compares it with its page), and none is left over.
func TestPictures(t *testing.T) {
	taken, shown := takenPictures(t), make(map[string]bool)
	files := append(guides(t), "README.md", "README.zh-CN.md", "docs/README.md")
	for _, file := range files {
		for _, p := range pictureIn.FindAllStringSubmatch(readText(t, file), -1) {
			name, ok := strings.CutSuffix(filepath.Base(p[2]), ".png")
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), p[2])); err != nil || !ok {
				t.Errorf("%s: %v", file, err)
			}
			if !slices.Contains(taken, name) {
				t.Errorf("%s: no test takes %s (docs/images/pictures.txt)", file, p[2])
			}
			if p[1] == "" {
				t.Errorf("%s: %s has no words for who cannot see it", file, p[2])
			}
			shown[name] = true
		}
	}
	all, err := filepath.Glob("docs/images/*.png")
	if err != nil || len(all) < 30 {
		t.Fatalf("%d pictures, %v", len(all), err)
	}
	for _, file := range all {
		if name := strings.TrimSuffix(filepath.Base(file), ".png"); !shown[name] {
			t.Errorf("no document shows %s", file)
		}
	}
}

// takenPictures are the pictures of pictures.txt, whose shots tests take.
func takenPictures(t *testing.T) (taken []string) {
	t.Helper()
	tests, makefile := testsOf(t, "web"), readText(t, "Makefile")
	for line := range strings.Lines(readText(t, "docs/images/pictures.txt")) {
		fields := strings.Fields(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 3 {
			t.Errorf("want picture, shot and test: %s", line)
			continue
		}
		name, shot, test := fields[0], fields[1], fields[2]
		if !testExists(t, "web", test) || !regexp.MustCompile(`PICTURED =.*\b`+test+`\b`).MatchString(makefile) {
			t.Errorf("%s: there is no %s, or make pictures does not run it", name, test)
		}
		stem := shot[:strings.LastIndex(shot, "-")+1]
		if !strings.Contains(tests, `"`+shot+`"`) && !strings.Contains(tests, `("`+stem+`" + `) {
			t.Errorf("no test takes the shot %s", shot)
		}
		if words := readText(t, "docs/images/"+name+".txt"); strings.TrimSpace(words) == "" {
			t.Errorf("%s: no words are kept", name)
		}
		taken = append(taken, name)
	}
	return taken
}
