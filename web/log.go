package web

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// logData fills GET /log/{vote}: the board, entry by entry, in words.
type logData struct {
	Vote      publicVote
	Size      uint64   // of the checkpoint
	Root      []string // of the checkpoint, in groups of four
	Witnesses []string // who cosigned it
	All       int      // entries in the log
	Kinds     []kindCount
	Kind      string // the one that is shown; empty: all
	Oldest    bool   // the oldest first
	Found     int    // entries of that kind
	Page      int    // from 1
	Pages     int
	At        int // the entry that was asked for; -1: none
	Entries   []*logEntry
	Closed    bool     // there is a closing checkpoint
	Files     []string // of the board, for experts
	Results   []resultLink
	Announced bool // everybody may have the announcement
	Projects  []madeProject
	Font      bool // as PDF, too
}

// Asked is the index that was asked for; none of the log if there was none.
func (d *logData) Asked() uint64 { return uint64(d.At) }

// kindCount says how many entries of a kind there are.
type kindCount struct {
	Name  string
	Count int
}

// perPage is the number of entries on a page.
const perPage = 40

// logPage fills GET /log/{vote}?kind=…&order=…&page=…&at=….
func (s *Server) logPage(r *http.Request, _ Person) (any, error) {
	v, now, log, err := s.board(r)
	if err != nil {
		return nil, err
	}
	size, err := log.Size(r.Context())
	if err != nil {
		return nil, err
	}
	kinds, err := v.kinds.upTo(r.Context(), log, size)
	if err != nil {
		return nil, err
	}
	d := &logData{Vote: newPublicVote(v, now), All: len(kinds), Kinds: countKinds(kinds)}
	if err := d.addCheckpoint(r, log, now.manifest); err != nil {
		return nil, err
	}
	d.Results = now.results("/log/" + v.id)
	d.Projects = s.madeBy(now.manifestHash)
	d.Announced, d.Font = now.announced(), s.config.Font != nil
	d.Closed = slices.Contains(kinds, election.KindCollection)
	shown := d.choose(r.URL.Query(), kinds)
	reader := &logReader{log: log, kinds: kinds, view: now}
	d.Entries, err = reader.read(r.Context(), shown)
	return d, err
}

// addCheckpoint says what log and witnesses signed last.
func (d *logData) addCheckpoint(r *http.Request, log *store.Log, m *election.Manifest) error {
	note, err := shown(r.Context(), log, m)
	if err != nil {
		return err
	}
	policy, err := audit.PolicyOf(m)
	if err != nil {
		return err
	}
	head, err := audit.ReadCheckpoint(note)
	if err != nil {
		return err
	}
	d.Size, d.Root = head.Size, fours(hex.EncodeToString(head.Root[:]))
	for _, t := range append(audit.Bundles(0, head.Size), audit.Tiles(head.Size)...) {
		d.Files = append(d.Files, t.Path())
	}
	if signed, err := policy.Open(note); err == nil {
		for _, w := range signed.Witnesses {
			d.Witnesses = append(d.Witnesses, w.Name())
		}
	}
	return nil
}

// choose reads what is asked for, and returns the indexes of the entries to be
// shown. What makes no sense is as if it were not there.
func (d *logData) choose(query url.Values, kinds []election.Kind) []uint64 {
	kind := kindNamed(query.Get("kind"))
	if kind != 0 {
		d.Kind = kind.String()
	}
	d.Oldest = query.Get("order") == "oldest"
	all := places(kinds, kind)
	d.Found, d.At = len(all), -1
	if !d.Oldest {
		slices.Reverse(all)
	}
	d.Pages = max(1, (len(all)+perPage-1)/perPage)
	page, _ := strconv.Atoi(query.Get("page"))
	if at, err := strconv.Atoi(query.Get("at")); err == nil && at >= 0 {
		if place := slices.Index(all, uint64(at)); place >= 0 {
			d.At, page = at, place/perPage+1
		}
	}
	d.Page = min(max(page, 1), d.Pages)
	from := (d.Page - 1) * perPage
	return all[from:min(from+perPage, len(all))]
}

func kindNamed(name string) election.Kind {
	for _, k := range election.Kinds() {
		if k.String() == name {
			return k
		}
	}
	return 0
}

func countKinds(kinds []election.Kind) (all []kindCount) {
	for _, k := range election.Kinds() {
		if n := len(places(kinds, k)); n > 0 {
			all = append(all, kindCount{k.String(), n})
		}
	}
	return all
}

// URL leads to another page of the same choice.
func (d *logData) URL(page int) string {
	q := url.Values{}
	if d.Kind != "" {
		q.Set("kind", d.Kind)
	}
	if d.Oldest {
		q.Set("order", "oldest")
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return "/log/" + d.Vote.ID + "?" + q.Encode()
}

// Before and After are the pages beside the one that is shown; 0: there is none.
func (d *logData) Before() int { return d.Page - 1 }

// After is the page after the one that is shown.
func (d *logData) After() int {
	if d.Page == d.Pages {
		return 0
	}
	return d.Page + 1
}
