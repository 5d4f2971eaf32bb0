package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

const (
	// draftLife is how long an entry waits for its signature: its number in the
	// order of its actor's entries, and its day, are good no longer.
	draftLife = time.Hour
	maxDrafts = 1000
	// maxOwnDrafts bounds those of one person, so that nobody fills the rest, and
	// maxOwnDraftBytes what is in them: photos, mostly.
	maxOwnDrafts     = 20
	maxOwnDraftBytes = 64 << 20
	// maxDraftBytes bounds what all have in memory together (attack S8).
	maxDraftBytes = 256 << 20
)

// projectDraft is an entry of the projects' log that waits for the signature of
// its actor, with all that belongs to it. It is in memory only: what was not
// signed did not happen.
type projectDraft struct {
	person string
	entry  *project.Entry
	log    [32]byte
	what   *deed
	about  uint32
	back   string
	made   time.Time
}

// contents are the files to which the entry commits.
func (d *projectDraft) contents() (files [][]byte) {
	for _, b := range d.what.blobs {
		files = append(files, b.file)
	}
	return files
}

// projectDrafts are all that wait, by the hash of the entry without signature.
type projectDrafts struct {
	now func() time.Time

	mu  sync.Mutex // guards all
	all map[[32]byte]*projectDraft
}

var errManyDrafts = errors.New("too many entries wait for signatures")

// draftHash names an entry before it is signed.
func draftHash(e *project.Entry) [32]byte {
	unsigned := *e
	unsigned.Signature = nil
	return sha256.Sum256(unsigned.Marshal())
}

// put keeps a draft.
func (x *projectDrafts) put(d *projectDraft) (hash [32]byte, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweep()
	own, ownBytes, bytes := 0, d.what.size(), d.what.size()
	for _, other := range x.all {
		bytes += other.what.size()
		if other.person == d.person {
			own++
			ownBytes += other.what.size()
		}
	}
	if len(x.all) >= maxDrafts || own >= maxOwnDrafts || ownBytes > maxOwnDraftBytes || bytes > maxDraftBytes {
		return hash, because(codeManyDrafts, errManyDrafts)
	}
	hash, d.made = draftHash(d.entry), x.now()
	x.all[hash] = d
	return hash, nil
}

// size is how many bytes a deed holds in memory.
func (d *deed) size() (n int) {
	for _, b := range d.blobs {
		n += len(b.file) + len(b.preview)
	}
	return n
}

// sweep forgets what waited too long. Called with mu held.
func (x *projectDrafts) sweep() {
	for hash, d := range x.all {
		if x.now().Sub(d.made).Abs() > draftLife {
			delete(x.all, hash)
		}
	}
}

// get returns a draft of a person.
func (x *projectDrafts) get(hash [32]byte, person string) (*projectDraft, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweep()
	d := x.all[hash]
	if d == nil || d.person != person {
		return nil, refuse(codeNotFound)
	}
	return d, nil
}

func (x *projectDrafts) drop(hash [32]byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.all, hash)
}

// draftItem is a draft as the desk lists it.
type draftItem struct{ Kind, Href string }

// of lists the drafts of a person.
func (x *projectDrafts) of(person string) (all []draftItem) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sweep()
	for hash, d := range x.all {
		if d.person == person {
			all = append(all, draftItem{d.entry.Kind.String(), draftPath(hash)})
		}
	}
	slices.SortFunc(all, func(a, b draftItem) int { return strings.Compare(a.Href, b.Href) })
	return all
}

func draftPath(hash [32]byte) string { return "/projects/drafts/" + hex.EncodeToString(hash[:]) }

// pend keeps what must be signed, and leads to the page that says it in words.
func (s *Server) pend(w http.ResponseWriter, r *http.Request, who Person, d *deed, x *sheet, back string) error {
	p := &projectDraft{person: who.ID, entry: d.entry, what: d, back: back}
	if x != nil {
		p.about = x.about
	}
	s.projects.view(func(state *project.State) error {
		p.log = state.ID()
		return nil
	})
	hash, err := s.drafts.put(p)
	if err != nil {
		return err
	}
	return s.redirect(w, r, draftPath(hash))
}

// projectDraft finds the draft that a request names.
func (s *Server) projectDraft(r *http.Request, who Person) (*projectDraft, [32]byte, error) {
	var hash [32]byte
	b, err := hex.DecodeString(chi.URLParam(r, "hash"))
	if err != nil || len(b) != len(hash) || s.projects == nil {
		return nil, hash, refuse(codeNotFound)
	}
	hash = [32]byte(b)
	d, err := s.drafts.get(hash, who.ID)
	return d, hash, err
}

// draftFormat says what the file is.
const draftFormat = "piaojue-project-draft-v1"

// draftFile is what is carried to the key: the entry, and the contents to which
// it commits, so that who signs reads them and need not believe this server.
type draftFile struct {
	Format   string     `json:"format"`
	Log      hex32      `json:"log" doc:"Name of the log."`
	Entry    hexBytes   `json:"entry" doc:"Without signature."`
	Contents []hexBytes `json:"contents" doc:"Files of the contents to which it commits."`
}

// getDraftFile serves GET /projects/drafts/{hash}/file.
func (s *Server) getDraftFile(w http.ResponseWriter, r *http.Request, who Person) error {
	d, hash, err := s.projectDraft(r, who)
	if err != nil {
		return err
	}
	f := draftFile{Format: draftFormat, Log: d.log, Entry: d.entry.Marshal(), Contents: []hexBytes{}}
	for _, file := range d.contents() {
		f.Contents = append(f.Contents, file)
	}
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+hex.EncodeToString(hash[:4])+`.draft"`)
	return writeBytes(w, mediaJSON, body)
}

// takeSigned writes an entry that came back signed.
func (s *Server) takeSigned(r *http.Request, who Person, raw []byte) (string, error) {
	entry, err := project.ParseEntry(raw)
	if err != nil {
		return "", because(codeBadForm, err)
	}
	hash := draftHash(entry)
	d, err := s.drafts.get(hash, who.ID)
	if err != nil {
		return "", err
	}
	if err := s.projects.sign(r.Context(), entry, d.what); err != nil {
		return "", signRefusal(err)
	}
	s.drafts.drop(hash)
	body, err := project.ParseBody(entry)
	if err != nil {
		return "", err
	}
	return subjectPath(entry.Kind, aboutOf(body, d.about), d.about), nil
}

// signRefusal says why a signed entry is refused: a false signature, or a log
// that went on meanwhile.
func signRefusal(err error) error {
	refused, ok := errors.AsType[*project.Error](err)
	switch {
	case !ok:
		return err
	case refused.Code == project.CodeSignature:
		return because(codeBadSignature, err)
	}
	return because(codeConflict, err)
}

// postSigned serves POST /projects/drafts/{hash}: the signed file, from a page.
func (s *Server) postSigned(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, _, err := s.projectDraft(r, who); err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	var raw []byte
	if files := given.photos["signed"]; len(files) == 1 {
		raw = files[0]
	}
	path, err := s.takeSigned(r, who, raw)
	if err != nil {
		return err
	}
	return s.redirect(w, r, path)
}

// takenJSON says where the thing stands that a signed entry is about.
type takenJSON struct {
	Path string `json:"path"`
}

// postProjectEntry serves POST /projects/entries, for tools.
func (s *Server) postProjectEntry(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, err := s.actor(r, who); err != nil {
		return err
	}
	raw, err := readBody(w, r, maxBody)
	if err != nil {
		return err
	}
	path, err := s.takeSigned(r, who, raw)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, takenJSON{path})
}
