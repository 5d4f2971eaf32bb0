package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"piaojue/store"
)

// linkLife is how long a one-time link waits.
const linkLife = 24 * time.Hour

// Link lets a person choose a password, once.
type Link struct {
	Path string // with the token in the fragment, which browsers send nowhere
	Ends time.Time
}

// generateToken draws a token for a link or a session, with the hash that the
// database keeps of it. It has 256 random bits, so it needs no salt.
func generateToken() (token string, hash [32]byte) {
	raw := make([]byte, 32)
	rand.Read(raw)
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, sha256.Sum256([]byte(token))
}

// staffNumber is one spelling of a staff number: people type full-width digits,
// spaces and small letters, and two spellings would be two humans.
func staffNumber(s string) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return norm.NFKC.String(strings.ToUpper(norm.NFKC.String(s)))
}

// Invite adds a person and returns the one-time link. One human has one account,
// whatever its role: the staff number decides who is who.
func (a *Administration) Invite(ctx context.Context, by string, p Person, number string) (Link, error) {
	link, hash := a.newLink()
	x := act{Act: actPersonAdded, By: by, Person: p.ID, Role: string(p.Role), Detail: p.Name}
	err := a.record(ctx, x, func(tx *store.Tx) error {
		if err := tx.AddPerson(p); err != nil {
			return err
		}
		return tx.PutLink(p.ID, staffNumber(number), hash, link.Ends.Unix())
	})
	return link, err
}

// InviteFirst lets the first administrator in, who says name and staff number
// when using the link. The person may be there already.
func (a *Administration) InviteFirst(ctx context.Context, p Person) (Link, error) {
	link, hash := a.newLink()
	x := act{Act: actLinkIssued, By: ByCommand, Person: p.ID, Role: string(p.Role)}
	err := a.record(ctx, x, func(tx *store.Tx) error {
		if err := tx.AddPerson(p); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
		return tx.PutLink(p.ID, "", hash, link.Ends.Unix())
	})
	return link, err
}

// ErrStaffNumber means that a staff number is missing, or is not the account's.
var ErrStaffNumber = errors.New("web: wrong staff number")

func numberProblem(id string) error {
	return &refusal{code: codeBadForm, fields: []fieldProblem{newFieldProblem("staff_number", id)}, cause: ErrStaffNumber}
}

func (a *Administration) newLink() (Link, [32]byte) {
	token, hash := generateToken()
	return Link{Path: "/welcome#" + token, Ends: a.now().Add(linkLife)}, hash
}

// Reset gives a person a new one-time link. Password, code device, sessions and
// lock end at once: a person who did not ask for it notices. An API key stays: it
// is a tool's, and ends with the person or when a command makes another.
func (a *Administration) Reset(ctx context.Context, by, id, number string) (Link, error) {
	link, hash := a.newLink()
	err := a.record(ctx, act{Act: actLinkIssued, By: by, Person: id}, func(tx *store.Tx) error {
		old, err := tx.Account(id)
		if err != nil {
			return err
		}
		if !old.HasAccount && number == "" && old.Role != store.RoleAdmin {
			return numberProblem("json.missing")
		}
		if old.StaffNumber != "" && number != "" && staffNumber(number) != old.StaffNumber {
			return numberProblem("field.other_number")
		}
		if err := tx.PutLink(id, staffNumber(number), hash, link.Ends.Unix()); err != nil {
			return err
		}
		return tx.DropAttempts(accountKey(id))
	})
	return link, err
}

// ChangeRole gives a person another role of the same duty. The link is empty
// unless the person has to get a code device first.
func (a *Administration) ChangeRole(ctx context.Context, by, id string, role store.Role) (link Link, err error) {
	x := act{Act: actRoleChanged, By: by, Person: id, Role: string(role)}
	err = a.record(ctx, x, func(tx *store.Tx) error {
		old, err := tx.Account(id)
		if err != nil {
			return err
		}
		if dutyOf(old.Role) != dutyOf(role) {
			return refuse(codeTwoDuties)
		}
		if err := tx.PutRole(id, role); err != nil {
			return err
		}
		if !old.HasAccount || !needsCode(role) || old.Device != nil {
			return nil
		}
		var hash [32]byte
		link, hash = a.newLink()
		return tx.PutLink(id, "", hash, link.Ends.Unix())
	})
	return link, err
}

// Remove removes a person with key, account and sessions.
func (a *Administration) Remove(ctx context.Context, by, id string) error {
	return a.record(ctx, act{Act: actPersonRemoved, By: by, Person: id}, func(tx *store.Tx) error {
		old, err := tx.Account(id)
		if err != nil {
			return err
		}
		if old.Role == store.RoleAdmin && by != ByCommand {
			if n, err := tx.OtherAdmins(id); err != nil || n == 0 {
				return errors.Join(err, refuse(codeLastAdmin))
			}
		}
		return tx.DeletePerson(id)
	})
}

// IssueKey gives a person a new API key, of which the hash is given, and adds
// the person if there is none with the ID.
func (a *Administration) IssueKey(ctx context.Context, by string, p Person, hash [32]byte) error {
	x := act{Act: actKeyIssued, By: by, Person: p.ID, Role: string(p.Role), Detail: p.Name}
	return a.record(ctx, x, func(tx *store.Tx) error { return tx.PutPerson(p, hash) })
}
