package client_test

import (
	"bytes"
	"encoding/hex"
	"strings"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// send is the honest server as a Transport.
func (h *hall) send(r client.Request) ([]byte, error) {
	if r.Box {
		h.boxed++
	}
	path, ok := strings.CutPrefix(r.Path, "/board/v/")
	if ok {
		return h.sendBoard(path)
	}
	if path, ok = strings.CutPrefix(r.Path, "/box/v/"); ok {
		return h.sendBox(path, r.Body)
	}
	path = strings.TrimPrefix(r.Path, "/votes/v/")
	switch {
	case strings.HasPrefix(path, "roll/"):
		return h.sendLeaf(strings.TrimPrefix(path, "roll/"))
	case strings.HasPrefix(path, "seeds/"):
		if _, ok := h.seeds[path]; !ok {
			h.seeds[path] = r.Body[4 : 4+client.SealedSeed]
		}
		return h.seeds[path], nil
	case path == "issuances":
		return h.issue(max(r.Issuer, 0), r.Body)
	}
	return nil, &client.Refusal{Status: 404}
}

func (h *hall) sendBoard(path string) ([]byte, error) {
	if h.serve != nil {
		return h.serve(path)
	}
	if path == "checkpoint" {
		return h.checkpoint(h.state.Size()), nil
	}
	if size := h.state.ClosingSize(); path == "closing" && size > 0 {
		return h.checkpoint(size), nil
	}
	tile, err := audit.ParseTile(path)
	if err != nil {
		return nil, &client.Refusal{Status: 404}
	}
	return audit.ReadTile(h.t.Context(), h.log, h.state.Size(), tile)
}

// receipt is what the server would hand out for an entry.
func (h *hall) receipt(entry [32]byte) *audit.Receipt {
	h.t.Helper()
	for i, e := range h.log.entries {
		if election.HashEntry(e) == entry {
			proof, err := audit.ProveInclusion(h.t.Context(), h.log, h.state.Size(), uint64(i))
			check(h.t, err)
			return &audit.Receipt{Index: uint64(i), Proof: proof, Checkpoint: h.checkpoint(h.state.Size())}
		}
	}
	h.t.Fatal("no such entry")
	return nil
}

func (h *hall) sendLeaf(key string) ([]byte, error) {
	for i := range uint32(h.roll.Len()) {
		leaf, err := h.roll.Leaf(i)
		check(h.t, err)
		if hex.EncodeToString(leaf.Key[:]) == key {
			path, err := h.roll.Path(i)
			return client.MarshalLeaf(leaf, path), err
		}
	}
	return nil, &client.Refusal{Status: 404, Code: "not_found"}
}

// issue plays issuer j; issuer 0 is the server, which also writes the log.
func (h *hall) issue(j int, b []byte) ([]byte, error) {
	e, i, blinded, err := client.ParseIssuance(b, len(h.state.Issuers()))
	if err != nil {
		return nil, err
	}
	if had, ok := h.state.Issued(i.Leaf.Index); !ok && j == 0 {
		if err := h.post(e); err != nil {
			return nil, &client.Refusal{Status: 409, Text: err.Error()}
		}
	} else if !ok || !had.For(i.Vector) {
		return nil, &client.Refusal{Status: 409, Code: "already_issued"}
	}
	if answer, ok := h.signed[j][i.Leaf.Index]; ok {
		return answer, nil
	}
	sig, err := h.issuers[j].BlindSign(blinded[j])
	if err != nil {
		return nil, err
	}
	had, _ := h.state.Issued(i.Leaf.Index)
	h.signed[j][i.Leaf.Index] = client.MarshalAnswer(uint8(j), had.Entry, sig)
	return h.signed[j][i.Leaf.Index], nil
}

func (h *hall) sendBox(path string, b []byte) ([]byte, error) {
	p := h.state.Params()
	switch path {
	case "queries":
		raw, ok := h.box[[32]byte(b[:32])]
		if !ok {
			return []byte{0}, nil
		}
		promise := audit.NewPromise(h.promise, h.manifest.Hash(), 1, election.HashEntry(raw))
		return append(append([]byte{1}, promise.Signature[:]...), raw...), nil
	case "challenges":
		c, err := p.ParseChallenge(b)
		if err != nil {
			return nil, err
		}
		if err := p.VerifyChallenge(c); err != nil {
			return nil, err
		}
		h.spent[c.SealCode()] = true
		return nil, nil
	}
	return h.deposit(b)
}

func (h *hall) deposit(raw []byte) ([]byte, error) {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return nil, err
	}
	key := [32]byte(e.Body[32:64]) // after the manifest hash
	if e.Kind == election.KindBallot {
		v, err := h.state.Params().Parse(e.Body)
		if err != nil {
			return nil, err
		}
		if err := h.state.Params().Verify(v); err != nil {
			return nil, err
		}
		if h.spent[v.SealCode()] {
			return nil, &client.Refusal{Status: 409, Code: "spent_seal"}
		}
	}
	if had, ok := h.box[key]; ok && !bytes.Equal(had, raw) {
		return nil, &client.Refusal{Status: 409, Code: "second_ballot"}
	}
	h.box[key] = raw
	promise := audit.NewPromise(h.promise, h.manifest.Hash(), 1, e.Hash())
	return promise.Signature[:], nil
}
