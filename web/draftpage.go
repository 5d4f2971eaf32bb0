package web

import (
	"encoding/hex"
	"net/http"
	"regexp"

	"piaojue/client"
	"piaojue/project"
)

// draftPageData fills GET /projects/drafts/{hash}. What the entry says is not in
// it: the page reads that from the bytes that are signed.
type draftPageData struct {
	Kind   string
	Name   string
	Hash   string
	Back   string
	ID     string
	Begins string // of the file's name
	Given  draftGiven
}

// draftGiven is what the script gets with the page: the public key to compare
// with that of the file, and names for the numbers in the entry, by their place
// in it (client.DraftLine).
type draftGiven struct {
	Key   hex32             `json:"key"`
	Names map[string]string `json:"names"`
}

// draftTexts are the further groups of texts of its script: all that entries say.
var draftTexts = []string{
	"desk.", "deed.do_", "deed.gate_", "deed.mark_", "entry.", "unit.kind_", "actor.role_", "duty.kind_", "wish.channel_", "wish.field_", "wish.reason_",
	"wish.shown_", "work.ruled_", "work.outlook_", "plan.work_", "inspect.consent_", "inspect.class_", "list.mark_", "light.scheme_",
}

// draftPage shows what will be signed.
func (s *Server) draftPage(r *http.Request, who Person) (any, error) {
	d, hash, err := s.projectDraft(r, who)
	if err != nil {
		return nil, err
	}
	x := &draftPageData{Kind: d.entry.Kind.String(), Hash: hex.EncodeToString(hash[:]), Back: d.back, ID: newFormID()}
	x.Begins = x.Hash[:8]
	return x, s.projects.view(func(state *project.State) error {
		by, _ := state.Actor(d.entry.Actor)
		x.Name, x.Given = by.Name, draftGiven{by.Key, draftNames(state, d)}
		x.Given.Names["Actor"] = by.Name
		return nil
	})
}

// draftNames are the names of the numbers in an entry, as far as they have one.
func draftNames(state *project.State, d *projectDraft) map[string]string {
	names := make(map[string]string)
	read, err := client.NewDraft(d.log, d.entry.Marshal(), d.contents())
	if err != nil {
		return names // the page says so
	}
	for _, l := range read.Lines() {
		if name := nameOf(state, d.entry.Kind, fieldOf(l.Path), uint32(l.Number)); name != "" && l.Type == "uint32" {
			names[l.Path] = name
		}
	}
	return names
}

var fieldPath = regexp.MustCompile(`(\w+)(\[\d+\])?$`)

// fieldOf is the field at the end of a path.
func fieldOf(path string) string { return fieldPath.FindStringSubmatch(path)[1] }

// nameOf is what people call the thing with a number.
func nameOf(state *project.State, k project.Kind, field string, n uint32) string {
	switch field {
	case "Unit", "Lead", "Assisting", "Owner", "District", "Committee", "Parent":
		if k == project.KindBundle {
			return ""
		}
		return unitName(state, n)
	case "Deputies", "Deputy":
		a, _ := state.Actor(n)
		return a.Name
	case "Project", "Projects":
		p, _ := state.Project(n)
		return p.Title
	case "Candidate", "Candidates", "Into", "From":
		c, _ := state.Candidate(n)
		return c.Title
	}
	return ""
}
