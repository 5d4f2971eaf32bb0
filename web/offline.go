package web

import (
	"net/http"

	"piaojue/project"
)

// offlineData fills GET /projects/inspect: the form of a visit on site, which a
// phone keeps, fills in without a network, and hands in later.
type offlineData struct {
	Person   string // whose forms these are
	Key      bool   // each of them needs a signature, which no phone makes
	Today    string
	Photos   sheetField
	Projects []offlineProject
}

type offlineProject struct {
	Number uint32
	Title  string
	Place  string
}

func (s *Server) offlinePage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &offlineData{Person: who.ID, Today: htmlDate(s.projects.day()), Photos: sheetField{Name: "photos"}}
	return d, s.projects.view(func(state *project.State) error {
		by, _ := state.Actor(actor)
		d.Key = by.Key != [32]byte{}
		for n := uint32(1); n < state.Next(project.NounProject); n++ {
			visit := &project.Inspection{Number: state.Next(project.NounInspection), Project: n}
			if state.May(actor, visit) == nil {
				p, _ := state.Project(n)
				d.Projects = append(d.Projects, offlineProject{n, p.Title, unitName(state, p.District)})
			}
		}
		return nil
	})
}

// getOfflineWorker serves the script that keeps the form on the phone. It may
// answer for that one page and what it loads, and for nothing else of the server.
func (s *Server) getOfflineWorker(w http.ResponseWriter, r *http.Request, _ Person) error {
	f := s.static["js/inspect-worker.js"]
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", offlinePath)
	http.ServeContent(w, r, "", f.changed, f.body.Open())
	return nil
}

const (
	offlinePath   = "/projects/inspect"
	mediaManifest = "application/manifest+json"
	mediaScript   = "text/javascript; charset=utf-8"
)

// offlineApp is what a phone shows of the page when it is put beside other apps.
type offlineApp struct {
	Name    string        `json:"name"`
	Short   string        `json:"short_name"`
	Start   string        `json:"start_url"`
	Scope   string        `json:"scope"`
	Display string        `json:"display"`
	Back    string        `json:"background_color"`
	Theme   string        `json:"theme_color"`
	Icons   []offlineIcon `json:"icons"`
}

type offlineIcon struct {
	Source string `json:"src"`
	Sizes  string `json:"sizes"`
	Type   string `json:"type"`
}

func (s *Server) getOfflineApp(w http.ResponseWriter, r *http.Request, _ Person) error {
	v := s.voiceOf(s.speak(w, r), r)
	name := v.text("inspect.app")
	w.Header().Set("Content-Type", mediaManifest)
	return writeJSON(w, http.StatusOK, offlineApp{
		Name: name, Short: name, Start: offlinePath, Scope: offlinePath, Display: "standalone", Back: "#fbf9f6", Theme: "#9b1c1c",
		Icons: []offlineIcon{{"/static/icon.svg", "any", "image/svg+xml"}},
	})
}
