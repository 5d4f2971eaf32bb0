package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/keyfile"
	"piaojue/lang"
)

// This file is the office of the demo: staff, presidium and gate.

// startServer makes an empty server and starts it, and prepares the second
// issuer.
func (d *demo) startServer(ctx context.Context) error {
	home := d.path("server")
	made, err := output(ctx, nil, "piaojued", append([]string{"init", "--dir", home}, d.persons()...)...)
	if err != nil {
		return err
	}
	_, d.invited, _ = strings.Cut(strings.TrimSpace(string(made)), "/welcome#") // the link is all that follows
	d.serving, err = start(d.path("server.log"), "piaojued", "serve", "--dir", home, "--listen", d.listen, "--grace", "5s")
	if err != nil {
		return err
	}
	d.base = "http://" + d.listen
	if err := d.serving.await(ctx, d.base); err != nil {
		return err
	}
	if err := d.readPeople(filepath.Join(home, "people")); err != nil {
		return err
	}
	out, err := output(ctx, nil, "piaojued", "issuer", "init", "--dir", d.path("issuer"), "--name", d.words.say("demo.issuer"))
	if err != nil {
		return err
	}
	return json.Unmarshal(out, &d.second)
}

// readPeople reads the API keys that `piaojued init` left, one file each.
func (d *demo) readPeople(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	d.people = make(map[string]*server)
	for _, f := range files {
		key, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		role := strings.TrimSuffix(f.Name(), filepath.Ext(f.Name()))
		s, err := newServer(d.base, d.vote.id, strings.TrimSpace(string(key)), nil, d.lang)
		if err != nil {
			return err
		}
		s.tells(d.timing(), d.sayWaiting)
		d.people[role] = s
	}
	return nil
}

// prepareDraft creates the vote and imports everything from files, as an office
// has it.
func (d *demo) prepareDraft(ctx context.Context) error {
	lead, staff := d.as("staff_lead"), d.as("staff")
	err := lead.create(ctx, newVote{
		ID: d.vote.id, Origin: "demo.piaojue.example/" + d.vote.id, Congress: "示例市第十八届人民代表大会", Session: "第四次会议",
		Title: d.vote.title, Date: "2026年1月12日", Kind: "demo", Round: 1,
		Trustees: uint8(d.scene.trustees), Threshold: uint8(d.scene.threshold), MinBallots: 5,
		Terminals: d.vote.terminals,
	})
	if err != nil {
		return err
	}
	if err := d.importTables(ctx, staff); err != nil {
		return err
	}
	if err := d.putRules(ctx, staff); err != nil {
		return err
	}
	if d.staff, err = d.drawKey("staff", keyfile.Staff, "staff_lead"); err != nil {
		return err
	}
	if d.presidium, err = d.drawKey("presidium", keyfile.Presidium, "presidium"); err != nil {
		return err
	}
	if err := lead.putKeys(ctx, publicKey(d.staff.sk), publicKey(d.presidium.sk)); err != nil {
		return err
	}
	if err := d.putIssuers(ctx, lead); err != nil {
		return err
	}
	if err := lead.putPolicy(ctx, []byte("quorum none\n")); err != nil {
		return err
	}
	return d.pinVerifier(ctx, lead)
}

// putIssuers names the second issuer, if there is one.
func (d *demo) putIssuers(ctx context.Context, lead *server) error {
	if d.second.Modulus == "" {
		return nil
	}
	d.second.URL = "http://" + neighbour(d.listen)
	return lead.putIssuers(ctx, []issuerCard{d.second})
}

// importTables writes roll, candidates and badges as files and sends those.
func (d *demo) importTables(ctx context.Context, staff *server) error {
	d.roll = sampleRoll(d.scene.deputies, d.scene.rand(1))
	options, err := sampleOptions(d.scene.candidates)
	if err != nil {
		return err
	}
	d.badges = generateBadges(d.roll)
	if err := d.writeBadges(badgeOptions{dir: d.path("badges"), title: "示例市人民代表大会（演示）"}, d.badges); err != nil {
		return err
	}
	tables := []struct {
		name string
		data []byte
	}{
		{"roll", form.WriteRoll(lang.ZH, d.roll)},
		{"candidates", form.WriteCandidates(lang.ZH, options)},
		{"badges", form.WriteBadges(lang.ZH, publicBadges(d.badges))},
	}
	for _, t := range tables {
		if t.name == "candidates" && d.choices != nil {
			if err := d.choices(ctx); err != nil {
				return err
			}
			continue
		}
		if t.name != "badges" { // that file is in the folder of the badges
			if err := os.WriteFile(d.path(t.name+".csv"), t.data, 0o600); err != nil {
				return err
			}
		}
		if err := staff.putTable(ctx, t.name, t.data); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) putRules(ctx context.Context, staff *server) error {
	rules, err := d.scene.rules()
	if err != nil {
		return err
	}
	document, err := json.MarshalIndent(rules, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.path("rules.json"), document, 0o600); err != nil {
		return err
	}
	return staff.putRules(ctx, document)
}

// pinVerifier puts the hash of the verifier into the manifest (attack S12).
func (d *demo) pinVerifier(ctx context.Context, lead *server) error {
	path, err := sibling("piaojue-verify")
	if err != nil {
		return err
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return lead.putPins(ctx, []pin{{Name: "piaojue-verify", SHA256: sha256.Sum256(program)}})
}

// neighbour is the address with the next port.
func neighbour(listen string) string {
	host, port, _ := net.SplitHostPort(listen) // checkLocal has looked at it
	n, _ := strconv.Atoi(port)
	return net.JoinHostPort(host, strconv.Itoa(n+1))
}

// freeze has the manifest signed by both, and starts the second issuer.
func (d *demo) freeze(ctx context.Context) error {
	body, err := d.as("staff_lead").draft(ctx)
	if err != nil {
		return err
	}
	e, m, err := newManifest(body)
	if err != nil {
		return err
	}
	d.manifest = m.Hash()
	d.say("demo.manifest", hex.EncodeToString(d.manifest[:]))
	if _, err := d.as(d.staff.as).propose(ctx, d.staff.sign(e, d.manifest)); err != nil {
		return err
	}
	if err := d.countersign(ctx, e, d.presidium); err != nil {
		return err
	}
	d.board = d.newBoard(ctx)
	if d.second.Modulus == "" {
		return nil
	}
	return d.startIssuer(ctx)
}

// startIssuer starts the second issuer, which learns the manifest hash as from
// paper.
func (d *demo) startIssuer(ctx context.Context) (err error) {
	d.issuing, err = start(d.path("issuer.log"), "piaojued", "issuer", "serve", "--dir", d.path("issuer"),
		"--server", d.base, "--vote", d.vote.id, "--manifest", hex.EncodeToString(d.manifest[:]), "--listen", strings.TrimPrefix(d.second.URL, "http://"))
	if err != nil {
		return err
	}
	return d.issuing.await(ctx, d.second.URL)
}

// newBoard is the board of another device: it fetches and verifies for itself.
func (d *demo) newBoard(ctx context.Context) *client.Board {
	return d.boardOf(ctx, d.as("staff"))
}

func (d *demo) boardOf(ctx context.Context, s *server) *client.Board {
	return client.NewBoard(d.patient(ctx, s.transport(ctx)), d.vote.id, d.manifest)
}

// patience is how long devices wait for a server that was killed and is started
// again.
func (d *demo) patience() time.Duration { return d.timing().limit }

// patient takes a step again if nobody knows whether it arrived, as a terminal
// does: every step of package client may be.
func (d *demo) patient(ctx context.Context, send client.Transport) client.Transport {
	return func(r client.Request) (answer []byte, err error) {
		for end := time.Now().Add(d.patience()); ; {
			answer, err = send(r)
			no, refused := errors.AsType[*client.Refusal](err)
			final := refused && no.Status != http.StatusServiceUnavailable // an issuer that cannot read the log says so
			if err == nil || final || ctx.Err() != nil || time.Now().After(end) {
				return answer, err
			}
			d.sayWaiting("", 0)
			if err := sleep(ctx, 200*time.Millisecond); err != nil {
				return nil, err
			}
		}
	}
}

var errNotWaiting = errors.New("the proposal is not among those that wait")

// countersign finds a proposal on the server, compares it with what the person
// expects to sign, and signs it.
func (d *demo) countersign(ctx context.Context, e *election.Entry, p signatory) error {
	waiting, err := d.as(p.as).proposals(ctx)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if w.Kind == e.Kind.String() && bytes.Equal(w.Body, e.Body) {
			_, err := d.as(p.as).countersign(ctx, w.Hash, p.sign(e, d.manifest).Signatures[0])
			return err
		}
	}
	return errNotWaiting
}

// decree has an entry signed by all it needs: the first proposes, the others
// sign.
func (d *demo) decree(ctx context.Context, e *election.Entry, first signatory, others ...signatory) error {
	if _, err := d.as(first.as).propose(ctx, first.sign(e, d.manifest)); err != nil {
		return err
	}
	for _, o := range others {
		if err := d.countersign(ctx, e, o); err != nil {
			return err
		}
	}
	return d.board.Update()
}

// signatory is a person who signs.
type signatory struct {
	role  election.Role
	index uint8 // of a scrutineer
	sk    ed25519.PrivateKey
	as    string // role of the API key that is used
}

// sign returns the entry with the person's signature alone.
func (s signatory) sign(e *election.Entry, manifest [32]byte) *election.Entry {
	own := unsigned(e)
	own.Sign(s.role, s.index, s.sk, manifest)
	return own
}

func (d *demo) organizers() (lead, presidium signatory) { return d.staff, d.presidium }

// checkInAll lets everybody in who is not on leave or late, and has the
// attendance signed by two scrutineers.
func (d *demo) checkInAll(ctx context.Context) error {
	gate := d.as("gate")
	for i, deputy := range d.roll[:len(d.roll)-d.late] {
		if deputy.Standing != election.Sitting {
			continue
		}
		if err := gate.checkInBadge(ctx, d.badges[i].key()); err != nil {
			return err
		}
	}
	r, err := d.as("scrutineer").register(ctx)
	if err != nil {
		return err
	}
	e, err := newAttendance(r.Attendance)
	if err != nil {
		return err
	}
	if err := d.decree(ctx, e, d.trustees[0].signatory(), d.trustees[1].signatory()); err != nil {
		return err
	}
	n := d.board.State().Numbers()
	d.say("demo.present", n.N, n.P, r.Quorum)
	return nil
}

func (d *demo) openVote(ctx context.Context) error {
	e, err := d.board.ProposeOpening(d.clock(), nil)
	if err != nil {
		return err
	}
	lead, presidium := d.organizers()
	return d.decree(ctx, e, lead, presidium)
}

// closeVote gives the order, and waits until the server has moved the box to
// the log and two scrutineers have signed the numbers.
func (d *demo) closeVote(ctx context.Context) error {
	if err := d.board.Update(); err != nil {
		return err
	}
	e, err := d.board.ProposeOrder(d.clock())
	if err != nil {
		return err
	}
	lead, presidium := d.organizers()
	d.at("demo.doing.order")
	if err := d.decree(ctx, e, lead, presidium); err != nil {
		return err
	}
	if err := d.waitFor(ctx, election.PhaseClosed); err != nil {
		return err
	}
	d.at("demo.doing.collect")
	if err := d.countPaper(ctx); err != nil {
		return err
	}
	e, err = d.board.ProposeCollection(d.clock())
	if err != nil {
		return err
	}
	if err := d.decree(ctx, e, d.trustees[0].signatory(), d.trustees[1].signatory()); err != nil {
		return err
	}
	n := d.board.State().Numbers()
	d.say("demo.collected", n.I, n.R, n.U)
	return nil
}

// waitFor updates the board until the log has reached a phase.
func (d *demo) waitFor(ctx context.Context, phase election.Phase) error {
	for {
		if err := d.board.Update(); err != nil {
			return err
		}
		if d.board.State().Phase() >= phase {
			return nil
		}
		d.at("demo.doing.log", d.board.State().Size())
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}
