package main

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
)

// describe says in plain words what an entry is: first a line, then details.
// The state is that of the log before or after the entry, nil for a manifest.
func (t *tool) describe(body any, s *election.State) []string {
	say := t.words.say
	switch x := body.(type) {
	case *election.Manifest:
		return t.describeManifest(x)
	case *election.Trustees:
		return t.describeTrustees(x)
	case *election.Dealing:
		return []string{say("entry.dealing", t.trusteeOf(s, x.Trustees, x.Index))}
	case *election.Agreement:
		return []string{say("entry.agreement", t.trusteeOf(s, x.Trustees, x.Index))}
	case *election.Complaint:
		return []string{say("entry.complaint", t.trusteeOf(s, x.Trustees, x.Index), t.trusteeOf(s, x.Trustees, x.Accused))}
	case *election.Ready:
		return []string{say("entry.ready", t.trusteeOf(s, x.Trustees, x.Index))}
	case *election.Attendance:
		return t.describeAttendance(x, s)
	case *election.Badge:
		return []string{say("entry.badge", x.Index, x.Key)}
	case *election.Opening:
		return t.describeOpening(x, s)
	case *election.Issuance:
		return []string{say("entry.issuance", x.Leaf.Index)}
	case *election.Promises:
		return []string{say("entry.count", x.Given)}
	case *election.Order:
		return []string{say("entry.order"), say("entry.head", x.Size, x.Root)}
	}
	return t.describeLater(body, s)
}

// describeLater is describe for what comes after the close order.
func (t *tool) describeLater(body any, s *election.State) []string {
	say := t.words.say
	switch x := body.(type) {
	case election.BallotBody:
		return []string{say("entry.ballot")}
	case election.UnusedBody:
		return []string{say("entry.unused")}
	case *election.Spent:
		return []string{say("entry.spent", x.Seal)}
	case *election.Close:
		return []string{say("entry.close", x.Ballots, x.Unused, x.Spent)}
	case *election.Collection:
		return t.describeCollection(x, s)
	case *election.Share:
		return []string{say("entry.share", t.trustee(s, x.Index)), say("entry.head", x.Size, x.Root)}
	case *election.Result:
		return t.describeResult(x, s)
	case *election.Certificate:
		return append([]string{say("entry.certificate")}, t.describeCurrentResult(s)...)
	case *election.Destruction:
		return []string{say("entry.destruction", t.trusteeOf(s, x.Trustees, x.Index))}
	case *election.Archive:
		return []string{say("entry.archive"), say("entry.head", x.Size, x.Root)}
	case *election.Announcement:
		return t.notice(say("entry.announcement"), x.Text)
	case *election.Suspend:
		return t.notice(say("entry.suspend"), x.Text)
	case *election.Resume:
		return t.notice(say("entry.resume"), x.Text)
	case *election.Void:
		return t.notice(say("entry.void"), x.Text)
	}
	return t.describePaper(body, s)
}

// notice is an order or announcement in words, of one line or more.
func (t *tool) notice(head, text string) []string {
	lines := strings.Split(text, "\n")
	lines[0] = head + " " + lines[0]
	return lines
}

// trustee names one by number and name.
func (t *tool) trustee(s *election.State, index uint8) string {
	text := t.lang.Text("report.trustee", index)
	if s != nil && s.Ceremony() != nil {
		if all := s.Ceremony().Trustees().Scrutineers; index >= 1 && int(index) <= len(all) {
			text += " " + all[index-1].Name
		}
	}
	return text
}

// trusteeOf names a trustee of the list with the given hash. Of a list that was
// replaced only the number is known here.
func (t *tool) trusteeOf(s *election.State, list [32]byte, index uint8) string {
	if s != nil && s.Ceremony() != nil && s.Ceremony().Hash() != list {
		s = nil
	}
	return t.trustee(s, index)
}

func (t *tool) describeManifest(m *election.Manifest) []string {
	say := t.words.say
	lines := []string{
		say("entry.manifest", m.Congress, m.Session, m.Title),
		say("manifest.kind", t.lang.Text("vote_kind."+m.Kind.String()), m.Date, m.Round),
		say("manifest.numbers", m.Deputies, m.Rules.QuorumOf(m.Deputies), len(m.Options), m.Rules.WinnersK),
		say("manifest.trustees", m.Trustees, m.Threshold),
		say("manifest.minimum", m.MinBallots),
	}
	for i := range m.Issuers {
		lines = append(lines, say("manifest.issuer", i, m.Issuers[i].Name, hexOf(m.Issuers[i].Fingerprint())))
	}
	lines = append(lines, t.describeKeys(m)...)
	lines = append(lines, say("manifest.witnesses", witnesses(m)))
	for _, p := range m.Pins {
		lines = append(lines, say("manifest.pin", p.Name, p.Hash))
	}
	lines = append(lines, say("manifest.options"))
	for _, o := range m.Options {
		lines = append(lines, "  "+o.ID+"  "+o.Name,
			say("manifest.option", form.FormatWan(o.Investment), form.FormatWan(o.Fiscal), o.Unit, o.Deadline, o.Beneficiaries), "      "+o.Content)
	}
	lines = append(lines, say("manifest.rules"))
	lines = append(lines, t.describeRules(&m.Rules)...)
	for _, w := range m.Warnings() {
		lines = append(lines, "! "+t.lang.Text("warning."+string(w)))
	}
	lines = append(lines, t.describeDoubts(m.Doubts())...)
	return append(lines, t.lang.Text("report.manifest", hexOf(m.Hash())))
}

// describeDoubts says what people should think over before they freeze rules.
func (t *tool) describeDoubts(doubts []election.Doubt) []string {
	var lines []string
	for _, d := range doubts {
		var numbers []any
		for _, n := range d.Numbers {
			numbers = append(numbers, n)
		}
		lines = append(lines, "! "+t.lang.Text("doubt."+d.ID, numbers...))
	}
	return lines
}

// describeKeys shows every key and root that the signers answer for: a server
// that put its own in the place of another's is found out by comparing.
func (t *tool) describeKeys(m *election.Manifest) []string {
	say := t.words.say
	return []string{
		say("manifest.origin", m.Origin),
		say("manifest.parent", hexOf(m.Parent)),
		say("manifest.roll", hexOf(m.RollRoot)),
		say("manifest.staff_key", hexOf(m.StaffKey)),
		say("manifest.presidium_key", hexOf(m.Presidium)),
		say("manifest.log_key", hexOf(m.LogKey)),
		say("manifest.log_vkey", logVKey(m)),
		say("manifest.promise_key", hexOf(m.Promise)),
	}
}

// logVKey is the log's key as its witnesses write it down.
func logVKey(m *election.Manifest) string {
	k, err := audit.LogKey(m.Origin, m.LogKey)
	if err != nil {
		return "-"
	}
	return lang.Plain(k.String())
}

// witnesses is the policy as far as it is no comment.
func witnesses(m *election.Manifest) string {
	var lines []string
	for line := range strings.Lines(m.Policy) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// describeRules is the rules as a table of names and values.
func (t *tool) describeRules(r *election.Rules) []string {
	var lines []string
	for _, f := range election.RuleFields() {
		value := f.Get(r)
		if value == "" {
			continue
		}
		if id := "value." + f.Name + "." + value; t.lang.Has(id) {
			value = t.lang.Text(id)
		}
		lines = append(lines, "  "+lang.Pad(t.lang.Text("rule."+f.Name), 26)+" "+value)
	}
	return lines
}

func (t *tool) describeTrustees(x *election.Trustees) []string {
	lines := []string{t.words.say("entry.trustees", len(x.Scrutineers), len(x.Tellers)), t.words.say("entry.trustee_keys")}
	for i, s := range x.Scrutineers {
		role := t.lang.Text("role.scrutineer")
		if i == 0 {
			role = t.lang.Text("role.chief_scrutineer")
		}
		lines = append(lines, fmt.Sprintf("  %d %s %s %s  %s  %s", i+1, role, s.Name, s.Delegation, shortHex(s.RoleKey), shortHex(s.StaticKey)))
	}
	for _, s := range x.Tellers {
		lines = append(lines, fmt.Sprintf("    %s %s  %s", t.lang.Text("role.teller"), s.Name, shortHex(s.RoleKey)))
	}
	return lines
}

func (t *tool) describeAttendance(x *election.Attendance, s *election.State) []string {
	lines := []string{t.words.say("entry.attendance", len(x.Indexes), x.Present)}
	if s != nil && s.Manifest() != nil {
		m := s.Manifest()
		lines = append(lines, t.words.say("entry.quorum", m.Deputies, m.Rules.QuorumOf(m.Deputies)))
	}
	return lines
}

func (t *tool) describeOpening(x *election.Opening, s *election.State) []string {
	lines := []string{t.words.say("entry.opening", x.Epoch)}
	if x.Epoch > 1 {
		lines = append(lines, t.words.say("entry.reopening"))
	}
	if len(x.Issuers) == 0 {
		lines = append(lines, t.words.say("entry.opening_paper"))
	}
	if s == nil || s.Manifest() == nil {
		return lines
	}
	for _, i := range x.Issuers {
		if int(i) < len(s.Manifest().Issuers) {
			lines = append(lines, t.words.say("opening.issuer", i, s.Manifest().Issuers[i].Name))
		}
	}
	return lines
}

func (t *tool) describeResult(x *election.Result, s *election.State) []string {
	n := x.Numbers
	lines := []string{t.lang.Text("report.numbers", n.N, n.P, n.I, n.R, n.V, n.X)}
	if n.Sheets > 0 {
		lines = append(lines, t.lang.Text("report.paper", n.Sheets, n.Paper))
	}
	if s != nil && s.Result() != nil {
		return append(lines, t.resultLines(s.Manifest(), s.Result())...)
	}
	return append(lines, t.lang.Text("vote."+x.Outcome.Vote)+"; "+t.lang.Text("next."+x.Outcome.Next))
}

// describeCurrentResult is what a certificate is about.
func (t *tool) describeCurrentResult(s *election.State) []string {
	if s == nil || s.Result() == nil {
		return nil
	}
	return t.describeResult(s.Result(), s)
}

// resultLines is the table of a result.
func (t *tool) resultLines(m *election.Manifest, r *election.Result) []string {
	table := &lang.Table{}
	table.Add(t.resultTitles(m.Rules)...)
	for i, l := range r.Outcome.Lines {
		table.Add(t.resultRow(m, i, l)...)
	}
	return append(table.Lines(), t.lang.Text("vote."+r.Outcome.Vote)+"; "+t.lang.Text("next."+r.Outcome.Next))
}

func (t *tool) resultTitles(r election.Rules) []string {
	text := func(ids ...string) (all []string) {
		for _, id := range ids {
			all = append(all, t.lang.Text(id))
		}
		return all
	}
	titles := text("column.id", "column.title")
	switch r.BallotMode {
	case ballot.Satisfaction3:
		return append(append(titles, r.Grades...), text("mark.abstain", "result.grade")...)
	case ballot.YNAEach, ballot.YNACapped:
		titles = append(titles, text("mark.for", "mark.against", "mark.abstain")...)
	default:
		titles = append(titles, text("mark.votes")...)
	}
	return append(titles, text("number.needed", "result.rank", "result.adopted")...)
}

func (t *tool) resultRow(m *election.Manifest, i int, l election.Line) []string {
	row := []string{m.Options[i].ID, m.Options[i].Name}
	switch m.Rules.BallotMode {
	case ballot.Satisfaction3:
		return append(row, number(l.Grades[0]), number(l.Grades[1]), number(l.Grades[2]), number(l.Abstain), m.Rules.Grades[l.Grade])
	case ballot.YNAEach, ballot.YNACapped:
		row = append(row, number(l.For), number(l.Against), number(l.Abstain))
	default:
		row = append(row, number(l.For))
	}
	rank := "-"
	if l.Rank > 0 {
		rank = number(uint32(l.Rank))
	}
	return append(row, number(l.Needed), rank, t.lang.Text("reason."+string(l.Reason)))
}

func number(n uint32) string { return fmt.Sprint(n) }

// chained are the kinds whose body begins with a chain (PROTOCOL.md,
// "Entries").
var chained = []election.Kind{
	election.KindTrustees, election.KindAttendance, election.KindBadge, election.KindOpening,
	election.KindOrder, election.KindCollection, election.KindCertificate, election.KindAnnouncement,
	election.KindArchive, election.KindSuspend, election.KindResume, election.KindVoid,
	election.KindSheets, election.KindBatch, election.KindDecision, election.KindSuccessor,
}

// signedAt is the signers' clock of a chained entry, for people.
func signedAt(e *election.Entry) (time.Time, bool) {
	if !slices.Contains(chained, e.Kind) || len(e.Body) < 40 {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(e.Body[32:])), 0), true
}

func hexOf(hash [32]byte) string { return fmt.Sprintf("%x", hash) }

// shortHex is enough to compare two keys by eye that were not made to look
// alike.
func shortHex(b [32]byte) string { return fmt.Sprintf("%x", b[:8]) }
