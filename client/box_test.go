package client_test

import (
	"errors"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// TestOutlineFalseBox: a close entry that calls something a ballot that is none,
// in a log that is signed as it is.
func TestOutlineFalseBox(t *testing.T) {
	h, _, _ := closedBox(t)
	_, at := h.at(election.KindClose)
	honest := *entryAt[election.Close](t, h, at, election.ParseClose)
	tests := []struct {
		name   string
		change func(*election.Close)
		want   error
	}{
		{"honest", func(*election.Close) {}, nil},
		{"moreBallots", func(c *election.Close) { c.Ballots++ }, client.ErrBoard},
		{"fewerUnused", func(c *election.Close) { c.Unused-- }, client.ErrBoard},
		{"beforeTheLog", func(c *election.Close) { c.Ballots = 1<<32 - 1 }, client.ErrBoard},
		{"otherOrder", func(c *election.Close) { c.Order[0] ^= 1 }, client.ErrBoard},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := honest
			test.change(&c)
			h.closeAgain(at, &c)
			if _, err := h.outline(h.send); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
	h.endWith(at, &election.Entry{Kind: election.KindUnused, Body: honest.Marshal()})
	if _, err := h.outline(h.send); !errors.Is(err, client.ErrBoard) {
		t.Errorf("otherKind: %v", err)
	}
	h.closeAgain(at, &honest)
	collection := entryAt[election.Collection](t, h, at+1, election.ParseCollection)
	collection.Close[0] ^= 1
	h.rewrite(int(at)+1, entry(election.NewEntry(collection)).Marshal())
	if _, err := h.outline(h.send); !errors.Is(err, client.ErrBoard) {
		t.Errorf("collectionOfAnother: %v", err)
	}
	h.closeAgain(at, &honest)
	h.rewrite(int(at)+1, h.log.entries[at]) // the collection is none
	if _, err := h.outline(h.send); !errors.Is(err, client.ErrBoard) {
		t.Errorf("noCollection: %v", err)
	}
}

// TestOutlineUnsorted (V14): what came out of the box tells by no order who cast
// first.
func TestOutlineUnsorted(t *testing.T) {
	h, _, _ := closedBox(t)
	_, at := h.at(election.KindBallot)
	one, two := h.log.entries[at], h.log.entries[at+1]
	h.rewrite(int(at), two)
	h.rewrite(int(at)+1, one)
	if _, err := h.outline(h.send); !errors.Is(err, client.ErrBoard) {
		t.Errorf("error %v, want ErrBoard", err)
	}
	h.rewrite(int(at), one)
	h.rewrite(int(at)+1, two)
	if _, err := h.outline(h.send); err != nil {
		t.Errorf("the twin: %v", err)
	}
}

func entryAt[T any](t testing.TB, h *hall, at uint64, parse func([]byte) (*T, error)) *T {
	t.Helper()
	e, err := election.ParseEntry(h.log.entries[at])
	check(t, err)
	body, err := parse(e.Body)
	check(t, err)
	return body
}

// closeAgain puts another close entry into the log, and a collection of it.
func (h *hall) closeAgain(at uint64, c *election.Close) {
	h.t.Helper()
	e := entry(election.NewEntry(c))
	h.logSign(e)
	h.endWith(at, e)
}

func (h *hall) endWith(at uint64, e *election.Entry) {
	h.t.Helper()
	h.rewrite(int(at), e.Marshal())
	collection := entryAt[election.Collection](h.t, h, at+1, election.ParseCollection)
	collection.Close = e.Hash()
	h.rewrite(int(at)+1, entry(election.NewEntry(collection)).Marshal())
}

// TestOutlineOfPaper: paper that was entered between the close entry and the
// collection is no ballot from a terminal; these are found as before.
func TestOutlineOfPaper(t *testing.T) {
	h, cast, _ := closedBox(t)
	_, at := h.at(election.KindClose)
	head, collection := h.log.entries[:at+1:at+1], h.log.entries[at+1]
	batch := (&election.Entry{Kind: election.KindBatch, Body: []byte{1}}).Marshal()
	sheet := (&election.Entry{Kind: election.KindPaper, Body: []byte{2}}).Marshal()
	tests := []struct {
		name      string
		entries   [][]byte
		collected bool
		want      error
	}{
		{"collected", append(head, batch, sheet, collection), true, nil},
		{"entered", append(head, batch, sheet), false, nil},
		{"withoutClose", append(head[:at:at], batch, sheet), false, client.ErrBoard},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.log.entries, h.log.hashes = nil, nil
			_, err := audit.Append(t.Context(), h.log, 0, test.entries)
			check(t, err)
			o, err := h.outline(h.sendSize(uint64(len(test.entries))))
			if !errors.Is(err, test.want) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			if err != nil {
				return
			}
			if found := o.Find(cast[:]); len(found) != 1 || found[0].Kind != election.KindBallot {
				t.Errorf("found %v", found)
			}
			code := election.HashEntry(sheet)
			if found := o.Find(code[:]); len(found) != 1 || found[0].Kind != 0 {
				t.Errorf("the sheet: %v", found)
			}
			if _, err := o.Receipt(cast); (err == nil) != test.collected {
				t.Errorf("receipt: %v", err)
			}
		})
	}
}
