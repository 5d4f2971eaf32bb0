package doctor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"piaojue/audit"
	"piaojue/election"
)

// over are the phases in which a vote needs nobody any more.
var over = []string{"archived", "voided", "published"}

// maxVotes bounds for how many votes issuers and witnesses are asked.
const maxVotes = 8

// votes looks at live screens, and at the issuers and witnesses of each vote that is
// not over. What the server says of them is public.
func (w *way) votes(ctx context.Context) (all []Finding) {
	var list struct {
		Votes []struct{ ID, Phase string }
	}
	a, err := w.get(ctx, "/votes")
	if err != nil || a.status != http.StatusOK || json.Unmarshal(a.body, &list) != nil {
		return []Finding{found(Careful, "votes", "unreadable")}
	}
	live := false
	asked := map[string]bool{}
	for _, v := range list.Votes {
		id := url.PathEscape(v.ID)
		if slices.Contains(over, v.Phase) || len(asked) > maxVotes {
			continue
		}
		if !live {
			live = true
			all = append(all, w.checkLive(ctx, id))
		}
		for _, x := range append(w.issuers(ctx, id), witnessesOf(w.manifest(ctx, id))...) {
			if !asked[x.address] {
				asked[x.address] = true
				all = append(all, w.checkOther(ctx, x)...)
			}
		}
	}
	if !live {
		return append(all, found(Careful, "votes", "none"))
	}
	return all
}

// manifest reads entry 0 of the log; nil if there is none yet. Nothing here rests on
// its being the right one: it says whom to ask whether they are there.
func (w *way) manifest(ctx context.Context, vote string) *election.Manifest {
	note, err := w.get(ctx, "/board/"+vote+"/checkpoint")
	if err != nil || note.status != http.StatusOK {
		return nil
	}
	head, err := audit.ReadCheckpoint(note.body)
	if err != nil || head.Size == 0 {
		return nil
	}
	first := audit.Bundles(0, head.Size)[0]
	bundle, err := w.get(ctx, "/board/"+vote+"/"+first.Path())
	if err != nil || bundle.status != http.StatusOK {
		return nil
	}
	entries, err := first.ParseEntries(bundle.body)
	if err != nil || len(entries) == 0 {
		return nil
	}
	e, err := election.ParseEntry(entries[0])
	if err != nil {
		return nil
	}
	m, err := election.ParseManifest(e.Body)
	if err != nil {
		return nil
	}
	return m
}

// other is an issuer or witness that somebody else runs.
type other struct{ kind, name, address string }

// issuers are those of a vote that have an address: the server's own has none.
func (w *way) issuers(ctx context.Context, vote string) (all []other) {
	var said struct {
		Issuers []struct{ Name, URL string }
	}
	a, err := w.get(ctx, "/votes/"+vote)
	if err != nil || a.status != http.StatusOK || json.Unmarshal(a.body, &said) != nil {
		return nil
	}
	for _, i := range said.Issuers {
		if i.URL != "" {
			all = append(all, other{"issuer", i.Name, i.URL})
		}
	}
	return all
}

// witnessesOf are those of a vote's policy that have an address; nobody's before the
// freeze.
func witnessesOf(m *election.Manifest) (all []other) {
	if m == nil {
		return nil
	}
	policy, err := election.ParsePolicy(m.Policy)
	if err != nil {
		return nil // the freeze has refused it
	}
	for _, x := range policy.Witnesses {
		if x.URL != "" {
			all = append(all, other{"witness", x.Name, strings.TrimSuffix(x.URL, "/")})
		}
	}
	return all
}

// checkOther asks one of them for anything at all, and compares its clock with ours.
func (w *way) checkOther(ctx context.Context, x other) []Finding {
	asked := time.Now()
	at := &way{x.address, w.client, w.tls}
	a, err := at.get(ctx, "/healthz")
	if err != nil {
		return []Finding{found(Wrong, x.kind, reason(err), x.name, x.address)}
	}
	if a.status >= http.StatusInternalServerError {
		return []Finding{found(Wrong, x.kind, "faulty", x.name, x.address, a.status)}
	}
	all := []Finding{found(Well, x.kind, "answers", x.name)}
	if off := apart(serverTime(a.header), asked, time.Now()); off > maxOff {
		all = append(all, found(Wrong, "clocks", "apart", x.name, seconds(off)))
	}
	return all
}
