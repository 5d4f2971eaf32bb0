package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/testvectors"
)

// latin finds words of two Latin letters or more: x of a formula is none.
var latin = regexp.MustCompile(`[A-Za-z]{2,}`)

// allowed are names of files, keys, fields and options, and hashes, which stand
// as they are.
var allowed = regexp.MustCompile(`[0-9a-f]{64}|[a-z]+\.example/[a-z0-9]+|\b[a-z_]+(\[[0-9]+\])?[._][a-z0-9_.]+|checkpoint, closing, tile/`)

// TestChinese: of all records, good and bad, the Chinese report tells every
// cause in Chinese, and never falls back on a sentence for experts.
func TestChinese(t *testing.T) {
	all, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	failures := 0
	for _, r := range all {
		dir := t.TempDir()
		writeRecord(t, r, dir)
		zh, en, d := reports(t, append([]string{"-manifest", r.Manifest}, parentOf(t, all, r)...), dir)
		for _, c := range d.Checks {
			for _, f := range c.Failures {
				failures++
				told(t, r.Name, f, zh, en)
				zh = strings.ReplaceAll(zh, "（"+f.About+"）", "")
			}
		}
		if found := latin.FindString(allowed.ReplaceAllString(zh, "")); found != "" {
			t.Errorf("%s: English %q in the Chinese report:\n%s", r.Name, found, zh)
		}
	}
	if failures < 190 {
		t.Errorf("only %d failures", failures)
	}
	if latin.FindString("第 5 条记录：signature is missing") == "" {
		t.Error("English is not found")
	}
}

// told: the failure has a message of its own in both languages; the expert's
// sentence stands in English only.
func told(t *testing.T, name string, f failure, zh, en string) {
	t.Helper()
	if !slices.Contains(lang.IDs("failure."), "failure."+f.Code) {
		t.Errorf("%s: no message for %s", name, f.Code)
	}
	for text, l := range map[string]lang.Lang{zh: lang.ZH, en: lang.EN} {
		if !strings.Contains(text, l.Failure(f.Code)) {
			t.Errorf("%s: %q is not in the report", name, l.Failure(f.Code))
		}
	}
	if strings.Contains(zh, f.Cause) || !strings.Contains(en, f.Cause) && !strings.HasPrefix(en, "Report of verification\n\n✗") {
		t.Errorf("%s: %q belongs into the English report", name, f.Cause)
	}
}

func reports(t *testing.T, args []string, dir string) (zh, en string, d document) {
	t.Helper()
	var text, english, program, talk strings.Builder
	args = append(args, dir)
	run(append([]string{"-lang", "zh"}, args...), "", &text, &talk)
	run(append([]string{"-lang", "en"}, args...), "", &english, &talk)
	run(append([]string{"-json"}, args...), "", &program, &talk)
	if err := json.Unmarshal([]byte(program.String()), &d); err != nil || talk.Len() > 0 {
		t.Fatalf("%v, %q", err, talk.String())
	}
	return text.String(), english.String(), d
}

// TestSigners: a clerk is told whose signature it is.
func TestSigners(t *testing.T) {
	p := newPrinter(nil, lang.ZH)
	for about, want := range map[string]string{
		"staff lead": "会务负责人", "presidium": "主席团", "scrutineer 12": "监票人 12", "teller 1": "计票人 1", "log key": "日志密钥",
		"badge": "代表证", "": "",
	} {
		if got := p.about(failure{Code: "entry.signatures.missing", About: about}); got != want {
			t.Errorf("%s: got %s, want %s", about, got, want)
		}
	}
	if got := p.about(failure{Code: "manifest.form", About: "min_marks"}); got != lang.ZH.Text("rule.min_marks") {
		t.Errorf("got %s", got)
	}
}
