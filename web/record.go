package web

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"piaojue/audit"
	"piaojue/project"
	"piaojue/store"
)

// recordData fills GET /projects/log?project=N&page=P: the log of the projects,
// entry by entry, the newest first, as anybody may read it.
type recordData struct {
	Size    uint64   // of the checkpoint
	Root    []string // of the checkpoint, in groups of four
	Choices []recordChoice
	Project uint32 // the one whose entries are shown; 0: all
	Title   string // of that project
	Found   int
	Page    int // from 1
	Pages   int
	Entries []*recordLine
}

// recordChoice is a project by which entries can be chosen.
type recordChoice struct {
	Number uint32
	Title  string
}

// recordLine is an entry in that list.
type recordLine struct {
	Index    uint64
	What     string // id of what it is
	Day      project.Date
	By       string // empty: the server
	Role     project.Role
	Signed   bool
	Hash     []string // in groups of four
	Subjects []recordSubject
	More     int // subjects that are not named
	entry    *project.Entry
	body     project.Body
}

// recordSubject is a thing that an entry is about.
type recordSubject struct {
	Text string // id of its noun, with the number
	Num  uint32
	Name string
	Href string // empty: it has no page for everybody
}

// maxSubjects is how many things of an entry are named: a rating is about all
// projects of a year.
const maxSubjects = 6

// recordPage fills it.
func (s *Server) recordPage(r *http.Request, _ Person) (any, error) {
	log, err := s.projectLog()
	if err != nil {
		return nil, err
	}
	d := &recordData{}
	head, err := d.addHead(r.Context(), log)
	if err != nil {
		return nil, err
	}
	shown, err := s.chooseEntries(d, r.URL.Query(), head.Size)
	if err != nil {
		return nil, err
	}
	for _, at := range shown {
		line, err := s.recordLine(r.Context(), log, at)
		if err != nil {
			return nil, err
		}
		d.Entries = append(d.Entries, line)
	}
	return d, s.projects.view(func(state *project.State) error {
		for _, line := range d.Entries {
			line.name(state)
		}
		return nil
	})
}

// addHead says what the log's key signed last.
func (d *recordData) addHead(ctx context.Context, log *store.Log) (audit.Checkpoint, error) {
	kept, err := log.Head(ctx)
	if err != nil {
		return audit.Checkpoint{}, err
	}
	head, err := audit.ReadCheckpoint(kept.Checkpoint)
	d.Size, d.Root = head.Size, fours(hex.EncodeToString(head.Root[:]))
	return head, err
}

// chooseEntries returns the indexes of the entries that a page shows. What makes
// no sense is as if it were not there.
func (s *Server) chooseEntries(d *recordData, q url.Values, size uint64) (shown []uint64, err error) {
	var all []uint64
	err = s.projects.view(func(state *project.State) error {
		for n := uint32(state.Count(project.NounProject)); n > 0; n-- {
			p, _ := state.Project(n)
			d.Choices = append(d.Choices, recordChoice{n, p.Title})
		}
		if p, ok := state.Project(parseNumber(q.Get("project"))); ok {
			d.Project, d.Title = p.Number, p.Title
			all = entriesAbout(state, &p)
		}
		return nil
	})
	if d.Found = len(all); d.Project == 0 {
		d.Found = int(size)
	}
	d.Pages = max(1, (d.Found+perPage-1)/perPage)
	d.Page = min(max(int(parseNumber(q.Get("page"))), 1), d.Pages)
	for i := (d.Page - 1) * perPage; i < min(d.Page*perPage, d.Found); i++ {
		if d.Project == 0 {
			shown = append(shown, size-1-uint64(i))
		} else if all[i] < size {
			shown = append(shown, all[i])
		}
	}
	return shown, err
}

// entriesAbout are the entries about a project, the newest first: about itself,
// its problems, what was asked about it, and the candidate and list it came from.
func entriesAbout(state *project.State, p *project.Project) (all []uint64) {
	events := slices.Clone(p.Events)
	for _, n := range p.Problems {
		x, _ := state.Problem(n)
		events = append(events, x.Events...)
	}
	for _, n := range p.Inquiries {
		x, _ := state.Inquiry(n)
		events = append(events, x.Events...)
	}
	c, _ := state.Candidate(p.Candidate)
	l, _ := state.List(p.Source.List)
	for _, e := range slices.Concat(events, c.Events, l.Events) {
		all = append(all, e.Entry)
	}
	slices.SortFunc(all, func(a, b uint64) int { return cmp.Compare(b, a) })
	return slices.Compact(all)
}

// recordLine reads an entry.
func (s *Server) recordLine(ctx context.Context, log *store.Log, at uint64) (*recordLine, error) {
	raws, err := log.ReadEntries(ctx, at, at+1)
	if err != nil {
		return nil, err
	}
	e, err := project.ParseEntry(raws[0])
	if err != nil {
		return nil, fmt.Errorf("%w: entry %d of the projects: %v", store.ErrDamaged, at, err)
	}
	body, err := project.ParseBody(e)
	if err != nil {
		return nil, fmt.Errorf("%w: entry %d of the projects: %v", store.ErrDamaged, at, err)
	}
	hash := e.Hash()
	return &recordLine{
		Index: at, What: recordWhat(body), Day: e.Day, Signed: e.Signature != nil,
		Hash: fours(hex.EncodeToString(hash[:])), entry: e, body: body,
	}, nil
}

// recordWhat is the id of the words for what was done, with its outcome.
func recordWhat(body project.Body) string {
	if outcome := outcomeOf(body); outcome != "" {
		return "works.did_" + body.Kind().String() + outcome
	}
	return "deed.do_" + body.Kind().String()
}

// Short is the beginning of the entry's hash.
func (l *recordLine) Short() string {
	return l.Hash[0] + " " + l.Hash[1] + " " + l.Hash[2] + " " + l.Hash[3]
}

// name says who made it, and what it is about.
func (l *recordLine) name(state *project.State) {
	by, _ := state.Actor(l.entry.Actor)
	if l.Role = by.Role; by.Role != project.RoleServer {
		l.By = by.Name
	}
	about := project.Subjects(l.body)
	l.More = max(0, len(about)-maxSubjects)
	for _, ref := range about[:min(len(about), maxSubjects)] {
		l.Subjects = append(l.Subjects, newRecordSubject(state, ref))
	}
}

// newRecordSubject names a thing as everybody may know it: of a wish no more than
// its number, for its words may wait for the office.
func newRecordSubject(state *project.State, ref project.Ref) recordSubject {
	x := recordSubject{Text: "record.noun_" + numeral(ref.Noun), Num: ref.Number}
	switch ref.Noun {
	case project.NounSuggestion:
		x.Href = "/projects/wishes/" + strconv.Itoa(int(ref.Number))
	case project.NounCandidate:
		c, _ := state.Candidate(ref.Number)
		x.Name = c.Title
	case project.NounList:
		l, _ := state.List(ref.Number)
		x.Num = uint32(l.Year)
	case project.NounProject:
		x.belongTo(state, ref.Number)
	case project.NounInspection:
		b, _ := state.Inspection(ref.Number)
		x.belongTo(state, b.Project)
	case project.NounProblem:
		b, _ := state.Problem(ref.Number)
		x.belongTo(state, b.Project)
	case project.NounInquiry:
		b, _ := state.Inquiry(ref.Number)
		x.belongTo(state, b.Project)
	}
	return x
}

// belongTo leads to the page of a project; 0 is none.
func (x *recordSubject) belongTo(state *project.State, number uint32) {
	if p, ok := state.Project(number); ok {
		x.Name, x.Href = p.Title, "/projects/"+strconv.Itoa(int(number))
	}
}

// URL leads to another page of the same choice.
func (d *recordData) URL(page int) string {
	q := url.Values{}
	if d.Project != 0 {
		q.Set("project", strconv.Itoa(int(d.Project)))
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return "/projects/log?" + q.Encode()
}

// Before and After are the pages beside the one that is shown; 0: there is none.
func (d *recordData) Before() int { return d.Page - 1 }

// After is the page after the one that is shown.
func (d *recordData) After() int {
	if d.Page == d.Pages {
		return 0
	}
	return d.Page + 1
}
