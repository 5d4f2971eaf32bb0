package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
)

// This file is the scrutineers of the demo.

// demoTrustee is a scrutineer with a device of their own.
type demoTrustee struct {
	card   card
	secret *keyfile.Secret
	role   ed25519.PrivateKey
	static *group.Scalar
	index  uint8
}

func (t *demoTrustee) signatory() signatory {
	return signatory{election.RoleScrutineer, t.index, t.role, "scrutineer"}
}

func newDemoTrustee(i int) (*demoTrustee, error) {
	who := card{Name: fmt.Sprintf("监票人%d", i+1), Delegation: sampleDelegations[i%len(sampleDelegations)]}
	secret := generateKey(keyfile.Scrutineer, who)
	public, err := cardOf(secret)
	if err != nil {
		return nil, err
	}
	t := &demoTrustee{card: public, secret: secret, index: uint8(i + 1)}
	t.role, t.static, err = trusteeKeys(secret)
	return t, err
}

// approveTrustees has the presidium name the scrutineers, as after the show of
// hands.
func (d *demo) approveTrustees(ctx context.Context) error {
	if err := d.board.Update(); err != nil {
		return err
	}
	cards := make([]card, d.scene.trustees)
	for i := range cards {
		t, err := newDemoTrustee(i)
		if err != nil {
			return err
		}
		cards[i], d.trustees = t.card, append(d.trustees, t)
		d.secrets = append(d.secrets, personSecret{fmt.Sprintf("scrutineer-%d", t.index), t.secret})
	}
	tellers, err := d.nameTellers()
	if err != nil {
		return err
	}
	e, err := newTrustees(d.board, append(cards, tellers...), d.clock())
	if err != nil {
		return err
	}
	_, presidium := d.organizers()
	return d.decree(ctx, e, presidium)
}

// holdCeremony runs all trustees' devices at once, until the joint key stands.
func (d *demo) holdCeremony(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	errs := make([]error, len(d.trustees))
	for i, t := range d.trustees {
		wg.Go(func() {
			if errs[i] = d.attend(ctx, t); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := d.board.Update(); err != nil {
		return err
	}
	d.say("demo.key", fmt.Sprintf("%x", d.board.State().JointKey().Y.Bytes()))
	return nil
}

// attend is one trustee's device: it follows the log and answers with what the
// ceremony expects of it.
func (d *demo) attend(ctx context.Context, t *demoTrustee) error {
	b, given := d.newBoard(ctx), make(handed)
	for {
		if err := b.Update(); err != nil {
			return err
		}
		device, err := client.NewTrustee(b, t.role, t.static)
		if err != nil {
			return err
		}
		c := b.State().Ceremony()
		e, err := device.Next()
		e, err = given.due(c, e, err)
		switch {
		case errors.Is(err, client.ErrWait):
			if err := sleep(ctx, 100*time.Millisecond); err != nil {
				return err
			}
		case err != nil:
			return err
		case e == nil:
			return nil
		default:
			if err := d.as("scrutineer").post(ctx, e); err != nil {
				return err
			}
			given.note(c, e)
		}
	}
}

// openBox lets the first t trustees open, one after the other as at the podium;
// each verifies the whole record before.
func (d *demo) openBox(ctx context.Context) error {
	for _, t := range d.trustees[:d.scene.threshold] {
		if err := d.openWith(ctx, t); err != nil {
			return err
		}
		d.say("demo.share", t.index, d.scene.threshold)
	}
	return d.waitFor(ctx, election.PhaseCounted)
}

func (d *demo) openWith(ctx context.Context, t *demoTrustee) error {
	dir, err := os.MkdirTemp(d.dir, "trustee-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	err = client.FetchRecord(d.as("staff").transport(ctx), d.vote.id, func(done, total int) {
		d.at("demo.doing.download", t.index, done, total)
	}, folderWriter(dir))
	if err != nil {
		return err
	}
	d.at("demo.doing.verify", t.index)
	b := d.newBoard(ctx)
	if err := b.Update(); err != nil {
		return err
	}
	device, err := client.NewTrustee(b, t.role, t.static)
	if err != nil {
		return err
	}
	e, _, err := device.Share(audit.OpenRecord(os.DirFS(dir)), nil)
	if err != nil {
		return err
	}
	return d.as("scrutineer").post(ctx, e)
}

// certify has the result signed by the chief and a majority of the scrutineers.
func (d *demo) certify(ctx context.Context) error {
	e, err := d.board.ProposeCertificate(d.clock())
	if err != nil {
		return err
	}
	others := make([]signatory, 0, len(d.trustees))
	for _, t := range d.trustees[1 : len(d.trustees)/2+1] {
		others = append(others, t.signatory())
	}
	return d.decree(ctx, e, d.trustees[0].signatory(), others...)
}

// publish announces, archives, and lets every trustee destroy the static key.
func (d *demo) publish(ctx context.Context) error {
	_, presidium := d.organizers()
	e, err := d.board.ProposeNotice(election.KindAnnouncement, d.clock(), d.announcement())
	if err != nil {
		return err
	}
	if err := d.decree(ctx, e, presidium); err != nil {
		return err
	}
	if e, err = d.board.ProposeArchive(d.clock()); err != nil {
		return err
	}
	if err := d.decree(ctx, e, presidium); err != nil {
		return err
	}
	for _, t := range d.trustees {
		device, err := client.NewTrustee(d.board, t.role, t.static)
		if err != nil {
			return err
		}
		gone, err := device.Destroyed()
		if err != nil {
			return err
		}
		if err := d.as("scrutineer").post(ctx, gone); err != nil {
			return err
		}
	}
	return d.board.Update()
}

// announcement is the text of the 公告.
func (d *demo) announcement() string {
	m, r := d.board.State().Manifest(), d.board.State().Result()
	text := fmt.Sprintf("%s公告\n%s%s于%s以无记名投票方式差额票决，确定%d项：\n",
		m.Congress, m.Congress, m.Session, m.Date, len(r.Outcome.Adopted))
	for i, o := range r.Outcome.Adopted {
		text += fmt.Sprintf("%d. %s\n", i+1, m.Options[o].Name)
	}
	return text + fmt.Sprintf("现予公告。\n%s%s主席团", m.Congress, m.Session)
}

// download fetches the record as anybody can.
func (d *demo) download(ctx context.Context, dir string) error {
	return client.FetchRecord(d.as("staff").transport(ctx), d.vote.id, func(int, int) {}, folderWriter(dir))
}

// export writes the record that is published.
func (d *demo) export(ctx context.Context) error {
	dir := d.path("record")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	return d.download(ctx, dir)
}
