package client_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// BenchmarkOutline finds one of 10,000 ballots, each of the size of one of 13
// options. What the ballots say is noise, which an Outline does not look at.
func BenchmarkOutline(b *testing.B) {
	h := crowded(b, 10000, 5800)
	var fetched, requests int
	count := func(r client.Request) ([]byte, error) {
		answer, err := h.send(r)
		fetched, requests = fetched+len(answer), requests+1
		return answer, err
	}
	_, last := h.at(election.KindClose)
	code := election.HashEntry(h.log.entries[last-1])
	for b.Loop() {
		fetched, requests = 0, 0
		o, err := h.outline(count)
		check(b, err)
		if found := o.Find(code[:8]); len(found) != 1 || found[0].Kind != election.KindBallot {
			b.Fatalf("found %v", found)
		}
	}
	b.ReportMetric(float64(fetched)/1e6, "MB-fetched")
	b.ReportMetric(float64(requests), "requests")
}

// crowded is a closed hall with many ballots that no rule would allow.
func crowded(tb testing.TB, ballots, size int) *hall {
	tb.Helper()
	h := voting(tb)
	order := entry(election.NewEntry(&election.Order{Chain: h.chain(), Epoch: 1, Size: 1})).Marshal()
	noise := make([][]byte, ballots)
	for i := range noise {
		seed := sha256.Sum256(binary.BigEndian.AppendUint32(nil, uint32(i)))
		noise[i] = append([]byte{byte(election.KindBallot)}, bytes.Repeat(seed[:], size/len(seed))...)
	}
	slices.SortFunc(noise, func(a, b []byte) int {
		x, y := election.HashEntry(a), election.HashEntry(b)
		return bytes.Compare(x[:], y[:])
	})
	end := entry(election.NewEntry(&election.Close{Order: election.HashEntry(order), Epoch: 1, Ballots: uint32(ballots)}))
	collection := entry(election.NewEntry(&election.Collection{Chain: h.chain(), Close: end.Hash(), Issued: uint32(ballots), Ballots: uint32(ballots)}))
	all := append(append([][]byte{order}, noise...), end.Marshal(), collection.Marshal())
	_, err := audit.Append(tb.Context(), h.log, h.state.Size(), all)
	check(tb, err)
	send := h.sendSize(uint64(len(h.log.entries)))
	h.serve = func(path string) ([]byte, error) {
		return send(client.Request{Method: "GET", Path: "/board/v/" + path})
	}
	return h
}
