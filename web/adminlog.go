package web

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// maxActs is how many entries one answer holds. Tests lower it.
var maxActs uint64 = 1000

// adminLogJSON is a part of the administration log. The leaf of an entry is its
// text; with all of them anybody can compute the root that the checkpoint signs.
type adminLogJSON struct {
	Size       uint64     `json:"size"`
	From       uint64     `json:"from"`
	Checkpoint string     `json:"checkpoint"`
	Key        string     `json:"key"` // verifier key of the log
	Entries    []*actJSON `json:"entries"`
}

type actJSON struct {
	Index uint64 `json:"index"`
	Hash  string `json:"hash"` // of the leaf
	act
	Text string `json:"text"` // the bytes of the leaf
}

// getAdminLog serves GET /admin/log?from=….
func (s *Server) getAdminLog(w http.ResponseWriter, r *http.Request, _ Person) error {
	from := uint64(0)
	if text := r.URL.Query().Get("from"); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return badField("from", "json.want_number")
		}
		from = n
	}
	log := s.config.DB.Log(store.Administration)
	head, err := log.Head(r.Context())
	if err != nil {
		return err
	}
	key, err := audit.LogKey(s.admin.origin, public(s.admin.key))
	if err != nil {
		return err
	}
	from = min(from, head.Size)
	raws, err := log.ReadEntries(r.Context(), from, min(from+maxActs, head.Size))
	if err != nil {
		return err
	}
	page := adminLogJSON{Size: head.Size, From: from, Checkpoint: string(head.Checkpoint), Key: key.String(), Entries: []*actJSON{}}
	for i, raw := range raws {
		x, err := newActJSON(from+uint64(i), raw)
		if err != nil {
			return err
		}
		page.Entries = append(page.Entries, x)
	}
	return writeJSON(w, http.StatusOK, page)
}

func newActJSON(index uint64, raw []byte) (*actJSON, error) {
	hash := election.HashEntry(raw)
	x := &actJSON{Index: index, Hash: hex.EncodeToString(hash[:]), Text: string(raw)}
	return x, json.Unmarshal(raw, &x.act)
}

// getCA serves GET /ca.crt: who compares its fingerprint with the one that the
// server printed trusts the server from then on.
func (s *Server) getCA(w http.ResponseWriter, _ *http.Request, _ Person) error {
	if s.config.CA == nil {
		return refuse(codeNotFound)
	}
	return writeBytes(w, mediaCert, s.config.CA)
}

const mediaCert = "application/x-x509-ca-cert"
