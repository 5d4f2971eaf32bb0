package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
)

// This file is the tellers of the demo, and the deputies who vote on paper.

// demoTellers is how many read the sheets of a box, each without the other.
const demoTellers = 2

// nameTellers draws the tellers' keys, if there is paper, and returns their
// cards.
func (d *demo) nameTellers() (cards []card, err error) {
	for i := 1; d.scene.paper > 0 && i <= demoTellers; i++ {
		secret := generateKey(keyfile.Teller, card{Name: fmt.Sprintf("计票人%d", i)})
		public, err := cardOf(secret)
		if err != nil {
			return nil, err
		}
		sk, err := roleKey(secret)
		if err != nil {
			return nil, err
		}
		cards = append(cards, public)
		d.tellers = append(d.tellers, signatory{election.RoleTeller, uint8(i), sk, "teller"})
	}
	return cards, nil
}

// handOut gives the last of those present a sheet of paper each, and returns
// the others.
func (d *demo) handOut(ctx context.Context, present []int) ([]int, error) {
	if d.scene.paper == 0 {
		return present, nil
	}
	rest := len(present) - d.scene.paper
	roll, err := d.as("scrutineer").deputies(ctx)
	if err != nil {
		return nil, err
	}
	var numbers []string
	for _, i := range present[rest:] {
		numbers = append(numbers, d.roll[i].Number)
	}
	chosen, err := chooseDeputies(roll, numbers, d.board.State())
	if err != nil {
		return nil, err
	}
	var indexes []uint32
	for _, c := range chosen {
		indexes = append(indexes, c.Index)
	}
	slices.Sort(indexes)
	e, err := d.board.ProposeSheets(d.clock(), indexes)
	if err != nil {
		return nil, err
	}
	return present[:rest], d.decree(ctx, e, d.trustees[0].signatory(), d.trustees[1].signatory())
}

// countPaper is the tellers at the box: one seals what both have read, the
// other and a scrutineer open it on devices of their own before they sign.
func (d *demo) countPaper(ctx context.Context) error {
	if d.scene.paper == 0 {
		return nil
	}
	sheets := d.scene.sheets()
	sealed, err := d.board.SealBatch(d.clock(), d.words.say("demo.box"), sheets)
	if err != nil {
		return err
	}
	openings, err := sealed.MarshalOpenings()
	if err != nil {
		return err
	}
	p, err := d.as("teller").batch(ctx, d.tellers[0].sign(sealed.Entry, d.manifest), sealed.Papers)
	if err != nil {
		return err
	}
	for _, by := range []signatory{d.tellers[1], d.trustees[0].signatory()} {
		if err := d.vouchFor(ctx, p.Hash, openings, sheets, by); err != nil {
			return err
		}
	}
	if err := d.board.Update(); err != nil {
		return err
	}
	n := d.board.State().Numbers()
	d.say("demo.paper", n.Sheets, n.Paper)
	return nil
}

// vouchFor signs the batch with this hash, if it holds the sheets.
func (d *demo) vouchFor(ctx context.Context, hash string, file []byte, sheets []ballot.Choice, by signatory) error {
	e, papers, err := d.as(by.as).papers(ctx, hash)
	if err != nil {
		return err
	}
	batch, openings, err := client.ParseOpenings(file)
	if err != nil {
		return err
	}
	if hexOf(batch) != hash {
		return errors.New("the openings are of another batch")
	}
	b := d.newBoard(ctx)
	if err := b.Update(); err != nil {
		return err
	}
	if err := b.CheckBatch(unsigned(e), papers, openings, sheets); err != nil {
		return err
	}
	_, err = d.as(by.as).countersign(ctx, hash, by.sign(e, d.manifest).Signatures[0])
	return err
}

// sheets are what the deputies with paper have marked; the last one is not
// valid.
func (s scenario) sheets() []ballot.Choice {
	rnd := s.rand(3)
	sheets := make([]ballot.Choice, s.paper)
	for i := range sheets {
		sheets[i] = s.choice(i, rnd)
	}
	if s.paper > 1 {
		sheets[s.paper-1] = ballot.Choice{Spoil: true}
	}
	return sheets
}
