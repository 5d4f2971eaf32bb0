package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"piaojue/store"
)

// This file is the office, the presidium and the scrutineers: every order is given
// with the commands that they use.

const trustees = 3

func keyName(i int) string { return fmt.Sprintf("s%d.age", i) }

// readSeed draws the seed of all badges, or reads it.
func (v *vote) readSeed() error {
	data, err := os.ReadFile(v.path("seed"))
	if errors.Is(err, fs.ErrNotExist) {
		rand.Read(v.seed[:])
		return os.WriteFile(v.path("seed"), v.seed[:], 0o600)
	}
	if err == nil && len(data) != len(v.seed) {
		err = errors.New("seed is no seed")
	}
	copy(v.seed[:], data)
	return err
}

// derive makes a secret of the i-th deputy. It is always the same, so that a run
// that was stopped asks for the same credential again.
func (v *vote) derive(name string, i int) [32]byte {
	b := append([]byte("piaojue bench "+name+"\n"), v.seed[:]...)
	return sha256.Sum256(binary.BigEndian.AppendUint32(b, uint32(i)))
}

func (v *vote) badge(i int) ed25519.PrivateKey {
	seed := v.derive("badge", i)
	return ed25519.NewKeyFromSeed(seed[:])
}

func number(i int) string { return fmt.Sprintf("%06d", i) }

// prepare makes keys and tables, and fills the draft.
func (v *vote) prepare(ctx context.Context) error {
	if frozen, err := v.reached(ctx, "frozen"); err == nil && frozen {
		return nil
	}
	if err := v.makeKeys(ctx); err != nil {
		return err
	}
	if err := v.writeTables(); err != nil {
		return err
	}
	if _, err := v.phase(ctx); err != nil {
		if err := v.create(ctx); err != nil {
			return err
		}
	}
	tables := [][]string{{"roll", "roll.csv", "--yes"}, {"badges", "badges.csv"}}
	if v.n > mostInTable {
		if err := v.enrol(ctx); err != nil {
			return err
		}
		tables = nil
	}
	for _, args := range append(tables, [][]string{
		{"candidates", "candidates.csv"},
		{"reviews", "--presidium-date", "2026-01-05", "--presidium-document", "1"},
		{"rules", "--preset", "select_majority", "--candidates", fmt.Sprint(v.candidates), "--seats", fmt.Sprint(v.choose)},
		{"keys", "staff.pub", "presidium.pub"},
		{"policy", "policy.txt"},
	}...) {
		if _, err := v.command(ctx, "staff_lead", "piaojue", append([]string{"organizer"}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

func (v *vote) create(ctx context.Context) error {
	_, err := v.command(ctx, "staff_lead", "piaojue", "organizer", "create", "--congress", "C", "--session", "S", "--title", "T",
		"--date", "D", "--kind", "demo", "--trustees", fmt.Sprint(trustees), "--threshold", "2", "--min-ballots", "3", "--terminals", "open")
	return err
}

func (v *vote) makeKeys(ctx context.Context) error {
	kinds := [][]string{{"staff", "staff"}, {"presidium", "presidium"}}
	for i := 1; i <= trustees; i++ {
		kinds = append(kinds, []string{"scrutineer", fmt.Sprintf("s%d", i), "--name", fmt.Sprintf("scrutineer %d", i)})
	}
	for _, k := range kinds {
		if _, err := os.Stat(v.path(k[1] + ".pub")); err == nil {
			continue
		}
		os.Remove(v.path(k[1] + ".age")) // of a run that was stopped between the two
		card, err := v.command(ctx, "", "piaojue", append([]string{"keys", k[0], "-o", k[1] + ".age"}, k[2:]...)...)
		if err != nil {
			return err
		}
		if err := os.WriteFile(v.path(k[1]+".pub"), []byte(card), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// mostInTable is how many rows servers take of a table.
const mostInTable = 20_000

// enrol fills a roll that no table can have, while the server is down.
func (v *vote) enrol(ctx context.Context) error {
	v.server.stop()
	db, err := store.OpenDB(ctx, v.path("server", "piaojue.db"))
	if err != nil {
		return err
	}
	members := make([]store.Member, v.n)
	for i := range members {
		m := &members[i]
		m.Number, m.Name = number(i), "代表"
		m.Place = &store.Place{Index: uint32(i), Salt: v.derive("salt", i)}
		m.Badge = [32]byte(public(v.badge(i)))
	}
	err = db.PutRoll(ctx, voteID, members)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return v.startServer(ctx)
}

// writeTables writes what an office has in tables.
func (v *vote) writeTables() error {
	err := v.writeTable("roll.csv", "姓名,代表证号", v.n, func(i int) string { return "代表," + number(i) })
	if err != nil {
		return err
	}
	err = v.writeTable("badges.csv", "代表证号,公钥", v.n, func(i int) string {
		return fmt.Sprintf("%s,%x", number(i), v.badge(i).Public())
	})
	if err != nil {
		return err
	}
	err = v.writeTable("candidates.csv", "编号,名称,建设内容,总投资,财政资金,责任单位", v.candidates, func(i int) string {
		return fmt.Sprintf("%02d,项目%d,建设%d处,3600,2400,市民政局", i+1, i+1, i+1)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(v.path("policy.txt"), []byte("quorum none\n"), 0o600)
}

func (v *vote) writeTable(name, head string, rows int, row func(int) string) error {
	f, err := os.Create(v.path(name))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, head)
	for i := range rows {
		fmt.Fprintln(w, row(i))
	}
	return errors.Join(w.Flush(), f.Close())
}

// learnManifest keeps the hash that would be printed on paper.
func (v *vote) learnManifest(ctx context.Context) error {
	var view struct {
		Manifest string `json:"manifest"`
	}
	answer, err := v.call(ctx, "staff_lead", "GET", "/votes/"+voteID, "", nil)
	if err == nil {
		err = json.Unmarshal(answer, &view)
	}
	v.journal.Manifest = view.Manifest
	return errors.Join(err, v.journal.write())
}

func (v *vote) freeze(ctx context.Context) error {
	if frozen, err := v.reached(ctx, "frozen"); err != nil || frozen {
		return errors.Join(err, v.learnManifest(ctx))
	}
	if err := v.propose(ctx, "staff_lead", "organizer", "freeze", "staff.age"); err != nil {
		return err
	}
	if err := v.sign(ctx, "presidium", "presidium", "presidium.age"); err != nil {
		return err
	}
	return v.learnManifest(ctx)
}

// propose and sign are the two halves of an order. After a stop between them the
// first half is there already, and is handed in again.
func (v *vote) propose(ctx context.Context, role, command, what, key string) error {
	_, err := v.command(ctx, role, "piaojue", command, "propose", what, "--key", key, "--yes")
	return err
}

func (v *vote) sign(ctx context.Context, role, command, key string) error {
	_, err := v.command(ctx, role, "piaojue", command, "sign", "--key", key, "--yes")
	return err
}

// holdCeremony names the trustees and runs their devices at once.
func (v *vote) holdCeremony(ctx context.Context) error {
	approved, err := v.reached(ctx, "approved")
	if err != nil {
		return err
	}
	if !approved {
		cards := []string{"presidium", "propose", "trustees"}
		for i := 1; i <= trustees; i++ {
			cards = append(cards, fmt.Sprintf("s%d.pub", i))
		}
		if _, err := v.command(ctx, "presidium", "piaojue", append(cards, "--key", "presidium.age", "--yes")...); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	errs := make([]error, trustees)
	for i := range trustees {
		wg.Go(func() {
			_, errs[i] = v.command(ctx, "scrutineer", "piaojue", "trustee", "ceremony", "--key", keyName(i+1), "--yes")
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// signAttendance takes as many entries as the check-ins need.
func (v *vote) signAttendance(ctx context.Context) error {
	for {
		present, err := v.present(ctx)
		if err != nil || present >= v.n {
			return err
		}
		if err := v.propose(ctx, "scrutineer", "scrutineer", "attendance", keyName(1)); err != nil {
			return err
		}
		if err := v.sign(ctx, "scrutineer", "scrutineer", keyName(2)); err != nil {
			return err
		}
	}
}

func (v *vote) open(ctx context.Context) error {
	if open, err := v.reached(ctx, "voting"); err != nil || open {
		return err
	}
	if err := v.propose(ctx, "staff_lead", "organizer", "opening", "staff.age"); err != nil {
		return err
	}
	return v.sign(ctx, "presidium", "presidium", "presidium.age")
}

// order orders the close.
func (v *vote) order(ctx context.Context) error {
	if there, err := v.reached(ctx, "closing"); err != nil || there {
		return err
	}
	if err := v.propose(ctx, "staff_lead", "organizer", "close", "staff.age"); err != nil {
		return err
	}
	return v.sign(ctx, "presidium", "presidium", "presidium.age")
}

// close waits until all ballots are in the log.
func (v *vote) close(ctx context.Context) error { return v.await(ctx, "closed") }

func (v *vote) collect(ctx context.Context) error {
	if there, err := v.reached(ctx, "collected"); err != nil || there {
		return err
	}
	if err := v.propose(ctx, "scrutineer", "scrutineer", "collection", keyName(1)); err != nil {
		return err
	}
	return v.sign(ctx, "scrutineer", "scrutineer", keyName(2))
}

// openBox is what a trustee does at the podium, with the whole verification. The
// same share again is harmless.
func (v *vote) openBox(ctx context.Context, i int) error {
	_, err := v.command(ctx, "scrutineer", "piaojue", "trustee", "open", "--key", keyName(i))
	if err == nil && i == 2 {
		err = v.await(ctx, "counted")
	}
	return err
}

func (v *vote) certify(ctx context.Context) error {
	if there, err := v.reached(ctx, "certified"); err != nil || there {
		return err
	}
	if err := v.propose(ctx, "scrutineer", "scrutineer", "certificate", keyName(1)); err != nil {
		return err
	}
	return v.sign(ctx, "scrutineer", "scrutineer", keyName(2))
}

func (v *vote) archive(ctx context.Context) error {
	published, err := v.reached(ctx, "published")
	if err != nil {
		return err
	}
	if !published {
		if err := os.WriteFile(v.path("announcement.txt"), []byte("公告\n"), 0o600); err != nil {
			return err
		}
		_, err := v.command(ctx, "presidium", "piaojue", "presidium", "propose", "announcement", "--file", "announcement.txt", "--key", "presidium.age", "--yes")
		if err != nil {
			return err
		}
	}
	if there, err := v.reached(ctx, "archived"); err != nil || there {
		return err
	}
	return v.propose(ctx, "presidium", "presidium", "archive", "presidium.age")
}

func (v *vote) download(ctx context.Context) error {
	if err := os.RemoveAll(v.path("record")); err != nil {
		return err
	}
	_, err := v.command(ctx, "", "piaojue", "record", "download", "record")
	return err
}

func (v *vote) downloadZip(ctx context.Context) error {
	if err := os.RemoveAll(v.path("record.zip")); err != nil {
		return err
	}
	_, err := v.command(ctx, "", "piaojue", "record", "download", "--zip", "record.zip")
	return err
}

func (v *vote) verify(ctx context.Context, record string) error {
	_, err := v.command(ctx, "", "piaojue-verify", "-manifest", v.journal.Manifest, record)
	return err
}
