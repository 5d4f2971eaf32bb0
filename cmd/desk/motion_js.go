package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"syscall/js"
	"time"

	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
)

// An entry that several people sign travels like this: one of them builds it
// from their own board and proposes it with their signature; the others fetch
// it, check it against their own boards, read it, and add their signatures.

// motion is such an entry, checked and ready to be shown.
type motion struct {
	entry  *election.Entry
	fields bridge.Map
	signer *client.Signer // nil: not for the open key to sign
	signed bool
}

func (m *motion) object() bridge.Map {
	o := bridge.Object(
		"hash", unsigned(m.entry).Hash(), "kind", m.entry.Kind.String(), "fields", m.fields,
		"canSign", m.signer != nil && !m.signed, "signedByMe", m.signed, "signer", nil, "entry", nil,
	)
	if m.signer != nil {
		o["signer"] = signerName(m.signer)
	}
	if len(m.entry.Signatures) > 0 {
		o["entry"] = m.entry.Marshal()
	}
	return o
}

// unsigned is the entry as it is proposed, whose hash others sign it by.
func unsigned(e *election.Entry) *election.Entry {
	return &election.Entry{Kind: e.Kind, Body: e.Body}
}

// signerName is how the server calls a signer.
func signerName(p *client.Signer) string {
	if p.Index == 0 {
		return roleIDs[p.Role]
	}
	return fmt.Sprintf("%s:%d", roleIDs[p.Role], p.Index)
}

// preview builds an entry to show what would be signed.
func (d *desk) preview(args []js.Value) (any, error) {
	d.shown = nil
	m, err := d.prepare(args)
	if err != nil {
		return nil, err
	}
	d.shown = m.entry
	return m.object(), nil
}

// errMoved: the board has grown since an entry was built from it and shown.
var errMoved = &bridge.Fault{Code: "moved", Err: errors.New("the entry that was shown does not follow from the log of now")}

// propose signs the entry that preview has shown last, and nothing else: built
// anew from a log that has grown it might say more than was read.
func (d *desk) propose(args []js.Value) (any, error) {
	hash, err := bridge.Hash(args[0])
	if err != nil {
		return nil, err
	}
	if d.shown == nil || d.shown.Hash() != hash {
		return nil, errUnseen
	}
	if d.holder == nil {
		return nil, errNoKey
	}
	if d.shown.Kind != election.KindManifest {
		if err := d.update(); err != nil {
			return nil, err
		}
	}
	m, err := d.check(unsigned(d.shown)) // by the log and with the key of now
	if errors.Is(err, client.ErrProposal) {
		return nil, errMoved
	}
	if err != nil {
		return nil, err
	}
	if m.signer == nil {
		return nil, client.ErrUnknownKey
	}
	m.signer.Sign(m.entry, d.manifestOf(m.entry))
	m.signed = true
	return m.object(), nil
}

// manifestOf is the manifest hash that a signature binds; Sign takes that of
// the manifest entry from its body.
func (d *desk) manifestOf(e *election.Entry) [32]byte {
	if e.Kind == election.KindManifest || d.board == nil {
		return [32]byte{}
	}
	return d.board.State().ManifestHash()
}

func (d *desk) prepare(args []js.Value) (*motion, error) {
	if args[0].Type() != js.TypeString {
		return nil, bridge.ErrArgument
	}
	kind, ok := kindOf(args[0].String())
	if !ok {
		return nil, bridge.ErrArgument
	}
	if kind != election.KindManifest {
		if err := d.update(); err != nil {
			return nil, err
		}
	}
	if err := d.readNext(args[1]); err != nil {
		return nil, err
	}
	e, err := d.build(kind, args[1])
	if err != nil {
		return nil, err
	}
	return d.check(e)
}

func kindOf(name string) (election.Kind, bool) {
	for _, k := range election.Kinds() {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}

// build makes the entry of a kind. Whatever it says about the log comes from
// the verified board.
func (d *desk) build(kind election.Kind, args js.Value) (*election.Entry, error) {
	b, now := d.board, now()
	switch kind {
	case election.KindManifest:
		body, err := bridge.Bytes(args.Get("draft"))
		return &election.Entry{Kind: kind, Body: body}, err
	case election.KindAttendance:
		body, err := bodyOf(args.Get("body"))
		return &election.Entry{Kind: kind, Body: body}, err
	case election.KindTrustees:
		s, t, err := trusteesOf(args.Get("cards"))
		if err != nil {
			return nil, err
		}
		return b.ProposeTrustees(now, s, t)
	case election.KindBadge:
		key, err := bridge.Hash(args.Get("key"))
		if err != nil {
			return nil, err
		}
		return b.ProposeBadge(now, uint32(args.Get("leaf").Int()), key)
	case election.KindOpening:
		if truthy(args, "paper") {
			return b.ProposePaperOnly(now)
		}
		return b.ProposeOpening(now, issuersOf(args))
	case election.KindSheets:
		return b.ProposeSheets(now, leavesOf(args))
	case election.KindOrder:
		return b.ProposeOrder(now)
	case election.KindCollection:
		return b.ProposeCollection(now)
	case election.KindCertificate:
		return b.ProposeCertificate(now)
	case election.KindArchive:
		return b.ProposeArchive(now)
	case election.KindSuspend, election.KindResume, election.KindVoid, election.KindAnnouncement:
		if args.Get("text").Type() != js.TypeString || args.Get("text").String() == "" {
			return nil, bridge.ErrArgument
		}
		return b.ProposeNotice(kind, now, args.Get("text").String())
	}
	return d.buildNext(kind, args, now)
}

// now is the clock of this device.
func now() uint64 { return uint64(time.Now().Unix()) }

func truthy(args js.Value, name string) bool {
	return args.Type() == js.TypeObject && args.Get(name).Truthy()
}

// leavesOf reads roll indexes, in any order.
func leavesOf(args js.Value) (set []uint32) {
	if !truthy(args, "leaves") {
		return nil
	}
	list := args.Get("leaves")
	for i := range list.Length() {
		set = append(set, uint32(list.Index(i).Int()))
	}
	slices.Sort(set)
	return set
}

func issuersOf(args js.Value) (set []uint8) {
	if !truthy(args, "issuers") {
		return nil
	}
	list := args.Get("issuers")
	for i := range list.Length() {
		set = append(set, uint8(list.Index(i).Int()))
	}
	return set
}

// bodyOf reads bytes or hexadecimal digits.
func bodyOf(v js.Value) ([]byte, error) {
	if v.Type() != js.TypeString {
		return bridge.Bytes(v)
	}
	b, err := hex.DecodeString(v.String())
	if err != nil {
		return nil, bridge.ErrArgument
	}
	return b, nil
}

// check compares an entry with the board. The manifest has none to compare
// with: it is where trust starts, and the person reads all of it.
func (d *desk) check(e *election.Entry) (*motion, error) {
	if e.Kind == election.KindManifest {
		return d.checkManifest(e)
	}
	if d.board == nil {
		return nil, errNotOpened
	}
	if _, err := d.board.CheckProposal(e); err != nil {
		return nil, err
	}
	s := d.board.State()
	fields, err := fieldsOf(e, s)
	if err == nil && e.Kind == election.KindSuccessor {
		fields, err = d.successorFields(fields["next"].([32]byte))
	}
	if err != nil {
		return nil, err
	}
	m := &motion{entry: e, fields: fields}
	wanted, err := s.Wanted(e)
	if err != nil || d.holder == nil {
		return m, err
	}
	p, err := client.NewSigner(roles[d.holder.secret.Kind], d.holder.role, s.Manifest(), s)
	if err == nil && p.May(wanted) {
		m.signer = p
	}
	return m, nil
}

func (d *desk) checkManifest(e *election.Entry) (*motion, error) {
	m, err := election.ParseManifest(e.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", client.ErrProposal, err)
	}
	if d.holder == nil {
		return &motion{entry: e, fields: manifestFields(m)}, nil
	}
	p, err := client.NewSigner(roles[d.holder.secret.Kind], d.holder.role, m, nil)
	if err != nil {
		p = nil
	}
	return &motion{entry: e, fields: manifestFields(m), signer: p}, nil
}

// examine checks an item of the server's list of proposals.
func (d *desk) examine(args []js.Value) (any, error) {
	p := args[0]
	if p.Type() != js.TypeObject {
		return nil, bridge.ErrArgument
	}
	hash, err := bridge.Hash(p.Get("hash"))
	if err != nil {
		return nil, err
	}
	kind, ok := kindOf(p.Get("kind").String())
	if !ok {
		return nil, bridge.ErrArgument
	}
	body, err := bodyOf(p.Get("body"))
	if err != nil {
		return nil, err
	}
	e := &election.Entry{Kind: kind, Body: body}
	if e.Hash() != hash { // who is shown a hash signs what has it, and nothing else
		return nil, fmt.Errorf("%w: it has another hash", client.ErrProposal)
	}
	if kind != election.KindManifest {
		if err := d.update(); err != nil {
			return nil, err
		}
	}
	if err := d.readNext(p); err != nil {
		return nil, err
	}
	m, err := d.check(e)
	if err != nil {
		return nil, err
	}
	m.signed = m.signer != nil && contains(p.Get("signed"), signerName(m.signer))
	if d.motions == nil {
		d.motions = make(map[string]motion)
	}
	d.motions[hex.EncodeToString(hash[:])] = *m
	return m.object(), nil
}

func contains(list js.Value, name string) bool {
	if list.Type() != js.TypeObject {
		return false
	}
	for i := range list.Length() {
		if list.Index(i).String() == name {
			return true
		}
	}
	return false
}

var errUnseen = &bridge.Fault{Code: "order", Err: errors.New("the proposal was not examined")}

// countersign signs what examine has shown, and nothing else.
func (d *desk) countersign(args []js.Value) (any, error) {
	hash, err := bridge.Hash(args[0])
	if err != nil {
		return nil, err
	}
	seen, ok := d.motions[hex.EncodeToString(hash[:])]
	if !ok {
		return nil, errUnseen
	}
	if d.holder == nil {
		return nil, errNoKey
	}
	if err := d.mayCountersign(seen.entry); err != nil {
		return nil, err
	}
	m, err := d.check(unsigned(seen.entry)) // by the log and with the key of now
	if err != nil {
		return nil, err
	}
	if m.signer == nil {
		return nil, client.ErrUnknownKey
	}
	s := m.signer.Sign(m.entry, d.manifestOf(m.entry))
	return append([]byte{byte(s.Role), s.Index}, s.Sig[:]...), nil
}
