package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// testMessage is one to a person, of a day.
func testMessage(n byte, person string, day uint32) Message {
	return Message{ID: [16]byte{n}, Channel: ChannelMail, Person: person, Day: day, Items: "report 1", Subject: "due", Body: "one thing", Retry: 100}
}

// putMessages puts messages into the outbox.
func putMessages(t *testing.T, db *Projects, all ...Message) {
	t.Helper()
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		for _, m := range all {
			must(t, tx.PutMessage(m))
		}
		return nil
	}))
}

func nextMessage(t *testing.T, db *Projects, now int64) byte {
	t.Helper()
	m, err := db.NextMessage(t.Context(), ChannelMail, now)
	if err == nil {
		return m.ID[0]
	}
	wantErr(t, "NextMessage", err, ErrNotFound)
	return 0
}

// A message exists once for a channel, person and day, and is there after a
// restart until it is marked as sent.
func TestOutboxOnce(t *testing.T) {
	votes := openVote(t)
	db := projectsOf(t, votes)
	m := testMessage(1, "p1", 20261122)
	putMessages(t, db, m, testMessage(2, "p2", 20261122))
	again := db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.PutMessage(testMessage(3, "p1", 20261122)) })
	wantErr(t, "PutMessage twice on a day", again, ErrExists)
	must(t, db.Close())
	db = projectsOf(t, votes)
	got, err := db.LastMessage(t.Context(), ChannelMail, "p1")
	m.Since = m.Day
	if err != nil || got != m {
		t.Errorf("LastMessage = %+v, %v, want %+v", got, err, m)
	}
	if n := nextMessage(t, db, 99); n != 0 {
		t.Errorf("message %d leaves too early", n)
	}
	claim := func(tx *ProjectsTx) error { return tx.ClaimMessage(m, 200) }
	must(t, db.Update(t.Context(), claim))
	wantErr(t, "ClaimMessage of another's", db.Update(t.Context(), claim), ErrNotFound)
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.MarkSent(m.ID) }))
	wantErr(t, "MarkSent twice", db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.MarkSent(m.ID) }), ErrNotFound)
	if n := nextMessage(t, db, 1000); n != 2 {
		t.Errorf("next is %d, want 2", n)
	}
	if got, err = db.LastMessage(t.Context(), ChannelMail, "p1"); err != nil || got.Body != "" || got.Items != m.Items || got.State != MessageSent || got.Tries != 1 {
		t.Errorf("sent: %+v, %v", got, err)
	}
}

// A message takes the place of one that waits, and is no younger for it; what was
// sent stays.
func TestOutboxNewer(t *testing.T) {
	db := projectsOf(t, openVote(t))
	putMessages(t, db, testMessage(1, "p1", 20261120), testMessage(2, "p2", 20261120))
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		must(t, tx.MarkSent([16]byte{2}))
		return tx.DelayMessage([16]byte{1}, 100, "unreachable")
	}))
	putMessages(t, db, testMessage(3, "p1", 20261121), testMessage(4, "p2", 20261121))
	for person, want := range map[string]uint32{"p1": 20261120, "p2": 20261121} {
		if m, err := db.LastMessage(t.Context(), ChannelMail, person); err != nil || m.Since != want {
			t.Errorf("%s: since %d, %v, want %d", person, m.Since, err, want)
		}
	}
	troubled, err := db.TroubledMessages(t.Context(), 10)
	if err != nil || len(troubled) != 1 || troubled[0].ID[0] != 3 {
		t.Errorf("troubled: %v, %v, want the newer one alone", troubled, err)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.FailMessages(20261120) }))
	if n := nextMessage(t, db, 1000); n != 4 {
		t.Errorf("next is %d, want 4: the other was given up", n)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.SendAgain([16]byte{3}, 20261124, 50) }))
	wantErr(t, "SendAgain of what waits", db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.SendAgain([16]byte{3}, 20261124, 50) }), ErrNotFound)
	if n := nextMessage(t, db, 60); n != 3 {
		t.Errorf("next is %d, want 3, which is sent again", n)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.DelayChannel(ChannelMail, 5000, "unreachable") }))
	if n := nextMessage(t, db, 1000); n != 0 {
		t.Errorf("%d leaves on a channel that is down", n)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.SweepOutbox(20261121) }))
	if _, err := db.LastMessage(t.Context(), ChannelMail, "p2"); err != nil {
		t.Errorf("what is not old was swept: %v", err)
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.SweepOutbox(20261122) }))
	_, err = db.LastMessage(t.Context(), ChannelMail, "p2")
	wantErr(t, "LastMessage of what was swept", err, ErrNotFound)
}

// An address that was erased or changed is in no file any more.
func TestAddressErase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "piaojue.db")
	db := openProjects(t, path)
	email := func(n int) string { return fmt.Sprintf("%052d@example.org", n) }
	put := func(n int) {
		must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
			return tx.PutAddress(Address{Person: "p1", Email: email(n), Language: "zh"})
		}))
	}
	has := func(n int) bool {
		value := []byte(strings.Repeat("x", 100) + email(n)) // inFiles looks at what comes after 100 bytes
		return inFiles(t, path, value)
	}
	put(1)
	put(2)
	putMessages(t, db, testMessage(1, "p1", 20261122))
	if a, err := db.Address(t.Context(), "p1"); err != nil || a.Email != email(2) {
		t.Errorf("Address = %v, %v", a, err)
	}
	if has(1) || !has(2) {
		t.Error("a changed address is still in a file, or the new one in none")
	}
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error { return tx.EraseAddress("p1") }))
	if has(2) {
		t.Error("an erased address is still in a file")
	}
	_, err := db.LastMessage(t.Context(), ChannelMail, "p1")
	wantErr(t, "LastMessage to who has no address", err, ErrNotFound)
	all, err := db.Addresses(t.Context())
	if err != nil || len(all) != 0 {
		t.Errorf("Addresses = %v, %v", all, err)
	}
}
