package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
)

// sampleRoles are the persons of the demo's server, in the order in which a
// visitor needs them. Each has the id of its role.
var sampleRoles = []string{"staff_lead", "staff", "gate", "presidium", "scrutineer", "teller", "auditor", "admin"}

// account is how a visitor signs in.
type account struct {
	role     string // ID of the person
	label    string // who it is; empty: the role says so
	password string
	device   string // secret of the code device, or empty: needs none
}

// welcome is what the page behind a one-time link shows.
type welcome struct {
	Naming bool `json:"naming"`
	Needed bool `json:"code_needed"`
	Code   struct {
		Secret string `json:"secret"`
	} `json:"code"`
}

// acceptance is what a person sends from there.
type acceptance struct {
	Token       string `json:"token"`
	Password    string `json:"password"`
	Code        string `json:"code,omitempty"`
	Name        string `json:"name,omitempty"`
	StaffNumber string `json:"staff_number,omitempty"`
}

// makeAccounts gives all persons a password and, where the role demands it, a
// code device, in the way in which people come to theirs: by one-time links.
func (d *demo) makeAccounts(ctx context.Context) ([]account, error) {
	var all []account
	for i, role := range sampleRoles {
		token := d.invited
		if role != "admin" {
			var err error
			if token, err = d.invite(ctx, role, fmt.Sprintf("%04d", 2001+i)); err != nil {
				return nil, err
			}
		}
		a, err := d.accept(ctx, token, role)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return d.makeMembers(ctx, all)
}

// sampleMembers are those of the projects whom a visitor can be.
var sampleMembers = []struct{ person, label string }{
	{"housing", "市住房和城乡建设局"}, {"committee_city", cityCommittee}, {"deputy1", "代表"}, {"standing", "示例市人大常委会"},
}

// makeMembers adds the accounts of those who look after projects.
func (d *demo) makeMembers(ctx context.Context, all []account) ([]account, error) {
	if d.plain {
		return all, nil
	}
	for i, m := range sampleMembers {
		token, err := d.invite(ctx, m.person, fmt.Sprintf("%04d", 2101+i))
		if err != nil {
			return nil, err
		}
		a, err := d.accept(ctx, token, m.person)
		if err != nil {
			return nil, err
		}
		a.label = m.label
		all = append(all, a)
	}
	return all, nil
}

// invite has a one-time link made on the server's machine, and returns its token.
func (d *demo) invite(ctx context.Context, id, number string) (token string, err error) {
	made, err := output(ctx, nil, "piaojued", "person", "link", id, "--staff-number", number, "--dir", d.path("server"))
	_, token, _ = strings.Cut(strings.TrimSpace(string(made)), "/welcome#")
	return token, err
}

// accept is the person who opens the link.
func (d *demo) accept(ctx context.Context, token, role string) (account, error) {
	nobody, err := newServer(d.base, d.vote.id, "", nil, d.lang)
	if err != nil {
		return account{}, err
	}
	var w welcome
	if err := nobody.put(ctx, "POST", "/welcome", map[string]string{"token": token}, &w); err != nil {
		return account{}, err
	}
	a := account{role: role, password: samplePassword()}
	in := acceptance{Token: token, Password: a.password}
	if w.Naming {
		in.Name, in.StaffNumber = d.lang.Text("role."+role), "2000"
	}
	if w.Needed {
		a.device = strings.ReplaceAll(w.Code.Secret, " ", "")
		if in.Code, err = a.code(d.now()); err != nil {
			return account{}, err
		}
	}
	return a, nobody.put(ctx, "PUT", "/welcome", in, nil)
}

// code is what the code device would show.
func (a account) code(now time.Time) (string, error) {
	if a.device == "" {
		return "", nil
	}
	return totp.GenerateCode(a.device, now)
}

// samplePassword draws a password that is easy to type.
func samplePassword() string {
	var raw [10]byte
	rand.Read(raw[:])
	text := strings.ToLower(base32.StdEncoding.EncodeToString(raw[:]))
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}
