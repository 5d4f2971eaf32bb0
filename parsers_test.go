package piaojue

import (
	"go/types"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unfuzzedPackages are read by no program of a vote, or run where nothing is fuzzed.
var unfuzzedPackages = map[string]string{
	"bench":           "a benchmark, which reads what it wrote, and answers of our server",
	"deps":            "an audit of files in this repository",
	"docs/site":       "texts of this repository",
	"pgtest":          "tests",
	"testvectors":     "vectors of this repository",
	"testvectors/gen": "writes them",
	"bridge":          "runs in browsers only; what comes as bytes it hands to the core",
	"cmd/desk":        "runs in browsers only; it reads cards of whoever holds them, and hands bytes to the core",
	"cmd/terminal":    "runs in browsers only, and hands bytes to the core",
}

// unfuzzed are parsers that no bytes of others reach, or that do no more than hand
// them on.
var unfuzzed = map[string]string{
	"(*cmd/piaojue-verify.printer).field":    "a number in the name of a field, for its words",
	"(*cmd/piaojue.agent).register":          "reads one field of an answer for a page, which reads it again",
	"(*cmd/piaojue.demo).do":                 "counts what the demonstration says itself",
	"(*cmd/piaojue.demo).readPeople":         "files that the demonstration wrote",
	"(*cmd/piaojue.demo).startServer":        "a line of a server that it started",
	"(*cmd/piaojue.server).download":         "gzip's reader alone; the hash of what comes out is compared with one that is pinned",
	"(*cmd/piaojue.server).private":          "is the address a loopback one",
	"(*cmd/piaojue.tool).importCommand":      "hands a file to a reader of package form",
	"(*cmd/piaojue.tool).question":           "a line that somebody types",
	"(*cmd/piaojue.tool).read":               "reads a file whole",
	"(*cmd/piaojue.tool).readRules":          "hands a file to form.ReadRules",
	"(*cmd/piaojue.tool).readSheets":         "hands lines to parseSheet",
	"(*cmd/piaojue.tool).showBoard":          "a number that somebody types",
	"(*cmd/piaojue.turnout).read":            "two numbers of a server that it started",
	"(*cmd/piaojue.visitor).answerEnter":     "waits for the return key",
	"(*cmd/piaojued.authority).issue":        "names that the administrator gives, for a certificate of our own",
	"(*cmd/piaojued.healthOptions).client":   "is the address a loopback one",
	"(*cmd/piaojued.listenOptions).secure":   "is the address a loopback one",
	"(*cmd/piaojued.serverCert).fingerprint": "a certificate that was parsed before",
	"(*node.folder).read":                    "reads a file whole",
	"(*web.pacedBody).Read":                  "counts what is read",
	"(cmd/piaojued.home).newAuthority":       "a certificate that it has just made",
	"cmd/piaojue.checkChromium":              "the version of the browser that the operator installed",
	"cmd/piaojue.neighbour":                  "the next port of an address that was checked",
	"cmd/piaojued.constrain":                 "names that the administrator gives, for a certificate of our own",
	"cmd/piaojued.openMetrics":               "is the address a loopback one",
	"cmd/piaojued.reachable":                 "the address that a socket says it has",
	"cmd/piaojued.readSecret":                "reads a file whole",
	"(*doctor.way).votes":                    "ids and phases, read as issuers are; it goes on to ask others",
	"(*cmd/piaojued.doctorOptions).complete": "is the address a loopback one",
	"(*cmd/piaojued.doctorOptions).trust":    "certificates that the administrator names, read as readRoots does",
	"(*doctor.way).checkLive":                "whether one message comes",
	"doctor.readMemory":                      "a number of the kernel's",
	"doctor.packageVersion":                  "Debian's list of installed packages, which root alone writes",
}

// TestEveryParserIsFuzzed (G9): what turns bytes or text into values, by its name or
// because it calls what does so in other packages, is reached by a fuzz target.
func TestEveryParserIsFuzzed(t *testing.T) {
	p := loadProgram(t)
	reached := p.reach(func(o types.Object) bool { return p.inTest[o] && strings.HasPrefix(o.Name(), "Fuzz") })
	left := make(map[string]bool)
	for name := range unfuzzed {
		left[name] = true
	}
	found := 0
	for _, f := range p.parsers() {
		name := strings.ReplaceAll(f.FullName(), "piaojue/", "")
		pkg, _ := strings.CutPrefix(f.Pkg().Path(), "piaojue/")
		if unfuzzedPackages[pkg] != "" {
			continue
		}
		found++
		switch {
		case unfuzzed[name] != "" && reached[f]:
			t.Errorf("%s is fuzzed and stands among the exceptions", name)
		case unfuzzed[name] == "" && !reached[f]:
			t.Errorf("no fuzz target reaches %s", name)
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("the exception %s is no parser any more", name)
	}
	if found < 250 {
		t.Errorf("%d parsers were looked at", found)
	}
}

var (
	// byName are our functions that read, if they take bytes or text.
	byName = regexp.MustCompile(`^(?i:parse|read|unmarshal|import|decode)`)
	// doors are functions of others that read bytes or text.
	doors = regexp.MustCompile(`^(Parse.*|Unmarshal.*|.*Decode.*|Atoi|Sscan.*|Uint(16|32|64)|U?[vV]arint|New(Reader|Decoder|Scanner)|OpenReader|` +
		`AppendCertsFromPEM|NewKeyFromURL|ReadMessage|Read(ASN1|Uint|Optional|Bytes).*|MultipartReader|FormFile|Decrypt)$`)
	// plain wraps bytes and reads nothing.
	plain = []string{"bytes", "strings"}
)

// parsers are the functions of the programs that read bytes or text.
func (p *program) parsers() (all []*types.Func) {
	for o, uses := range p.uses {
		f, ok := o.(*types.Func)
		if !ok || p.inTest[o] {
			continue
		}
		if byName.MatchString(f.Name()) && takesBytes(f) || slices.ContainsFunc(uses, isDoor) {
			all = append(all, f)
		}
	}
	return all
}

func isDoor(o types.Object) bool {
	f, ok := o.(*types.Func)
	return ok && f.Pkg() != nil && !strings.HasPrefix(f.Pkg().Path(), "piaojue/") &&
		!slices.Contains(plain, f.Pkg().Path()) && doors.MatchString(f.Name()) && takesBytes(f)
}

func takesBytes(f *types.Func) bool {
	s := f.Signature()
	if s.Recv() != nil && isBytes(s.Recv().Type()) {
		return true
	}
	for v := range s.Params().Variables() {
		if isBytes(v.Type()) {
			return true
		}
	}
	return false
}

func isBytes(t types.Type) bool {
	if slices.Contains([]string{"string", "io.Reader", "io.ReaderAt", "*net/http.Request"}, t.String()) {
		return true
	}
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	return t.Underlying().String() == "[]byte"
}
