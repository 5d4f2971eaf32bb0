package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"piaojue/client"
	"piaojue/election"
)

// This file brings the candidates into the vote, and its result back.

// drawList makes the list of the year, in the order of the ballot, and has it
// pass all gates.
func (d *demo) drawList(ctx context.Context, options []election.Option) error {
	list := filledIn("year", "2026")
	for i := range options {
		n := strconv.Itoa(i + 1)
		list.with("ballot_order_"+n, n)
	}
	if _, err := d.do(ctx, "government", "list", 0, list); err != nil {
		return err
	}
	for i, o := range sampleOrgans {
		f := filledIn("passed", "yes", "document", fmt.Sprintf("%s会议纪要第%d号", o.name, i+1))
		if _, err := d.do(ctx, o.person, "gate", 1, f); err != nil {
			return err
		}
	}
	return nil
}

// putList makes the list the candidates of the vote.
func (d *demo) putList(ctx context.Context) error {
	_, err := d.as("staff_lead").submit(ctx, "/projects/lists/1/ballot", filledIn("vote", d.vote.id), "")
	return err
}

// awaitAdoption waits until the server has written what the certified result
// adopts: it does so by itself, but not at once.
func (d *demo) awaitAdoption(ctx context.Context, projects int) error {
	last := "/projects/do/offer?about=" + strconv.Itoa(projects) // the form opens to nobody before
	for end := time.Now().Add(d.patience()); ; {
		_, err := d.as("government").call(ctx, "GET", last, "", nil)
		no, refused := errors.AsType[*client.Refusal](err)
		if !refused || no.Status != http.StatusForbidden || time.Now().After(end) {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}
