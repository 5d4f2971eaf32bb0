package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// witnessName is of somebody elsewhere who signs what the log has come to (attack S1).
const witnessName = "witness.example.org/w"

func (s *stage) witnesses() string {
	s.Helper()
	key, err := audit.WitnessKey(witnessName, public(testKey("witness")))
	must(s, err)
	return fmt.Sprintf("witness w %s\nquorum w\n", key)
}

// witness cosigns the newest checkpoint whenever there is one.
func (s *stage) witness(ctx context.Context) {
	var last []byte
	for ; ctx.Err() == nil; time.Sleep(600 * time.Millisecond) {
		head, err := s.fetch(ctx, "GET", "/board/v1/head", nil)
		if err != nil || bytes.Equal(head, last) {
			continue
		}
		line, err := audit.Cosign(head, witnessName, testKey("witness"), uint64(time.Now().Unix()))
		if err != nil {
			s.Errorf("witness: %v", err)
			return
		}
		if _, err := s.fetch(ctx, "POST", "/board/v1/cosignatures", line); err != nil {
			s.Logf("witness: %v", err)
		}
		last = head
	}
}

// fetch makes a request of nobody.
func (s *stage) fetch(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, got)
	}
	return got, err
}

// TestWitnessAgain: a cosignature that could not be kept is taken when it comes
// again; nobody is told that it is false.
func TestWitnessAgain(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.do(store.RoleStaffLead, "PUT", s.path("/policy"), []byte(s.witnesses()))
	s.organize(&election.Entry{Kind: election.KindManifest, Body: s.do(store.RolePresidium, "GET", s.path("/draft"), nil)}, nil)
	line, err := audit.Cosign(s.do("", "GET", "/board/v1/head", nil), witnessName, testKey("witness"), 1)
	must(t, err)
	v := s.server.voteCalled(s.vote)
	writing, written := make(chan struct{}), make(chan struct{})
	go s.config.DB.Update(t.Context(), store.Administration, func(*store.Tx) error { close(writing); <-written; return nil })
	<-writing
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := v.do(t.Context(), func() error { return v.cosign(short, line) }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another writes: %v", err)
	}
	close(written)
	s.do("", "POST", "/board/v1/cosignatures", line)
	if got := s.send("", "POST", "/board/v1/cosignatures", line); got.code() != codeBadSignature {
		t.Errorf("once more: %d %s", got.status, got.body)
	}
}

// TestWitnessAtClosing: one cosignature of the checkpoint with the collection
// entry is enough for everybody to see that entry, though the checkpoint is the
// closing one as well. Nothing comes after it until trustees have seen it.
func TestWitnessAtClosing(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.draft()
	s.do(store.RoleStaffLead, "PUT", s.path("/policy"), []byte(s.witnesses()))
	var last []byte
	s.cosign = func() {
		head := s.do("", "GET", "/board/v1/head", nil)
		if bytes.Equal(head, last) {
			return
		}
		line, err := audit.Cosign(head, witnessName, testKey("witness"), 1)
		must(t, err)
		s.do("", "POST", "/board/v1/cosignatures", line)
		last = head
	}
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
}
