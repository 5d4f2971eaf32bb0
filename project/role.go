package project

import "fmt"

// Role says for whom an actor acts.
type Role uint8

// The roles.
const (
	RoleServer     Role = 1 + iota // the door: the public, and what the server computes
	RoleOffice                     // 人大办: directory, triage, lists, plans
	RoleStation                    // 代表家站
	RoleDeputy                     // 代表
	RoleCommittee                  // 工委
	RoleDepartment                 // 承办单位
	RoleGovernment                 // 政府 (办公室)
	RoleParty                      // 党委
	RoleStanding                   // 常委会; 乡镇人大主席团
	RolePresidium                  // 大会主席团

	lastRole = RolePresidium
)

var roleNames = [lastRole + 1]string{
	RoleServer:     "server",
	RoleOffice:     "office",
	RoleStation:    "station",
	RoleDeputy:     "deputy",
	RoleCommittee:  "committee",
	RoleDepartment: "department",
	RoleGovernment: "government",
	RoleParty:      "party committee",
	RoleStanding:   "standing committee",
	RolePresidium:  "presidium",
}

// String returns the role's name in PROTOCOL.md.
func (r Role) String() string {
	if r == 0 || r > lastRole {
		return fmt.Sprintf("role %d", uint8(r))
	}
	return roleNames[r]
}

// Roles returns all roles.
func Roles() []Role {
	var all []Role
	for r := RoleServer; r <= lastRole; r++ {
		all = append(all, r)
	}
	return all
}

// unit returns the kind of unit that an actor of the role belongs to, 0 for
// those who speak for no unit.
func (r Role) unit() UnitKind {
	switch r {
	case RoleStation, RoleDeputy:
		return UnitStation
	case RoleCommittee:
		return UnitCommittee
	case RoleDepartment:
		return UnitDepartment
	}
	return 0
}

// Actor is who may act. Number 0 is the server, 1 the office that the first
// entry names.
//
// Name is the public name of an office, or of a deputy (whose name the law
// makes public); a clerk is named by the office. Deputies have no key of the
// vote here, and nothing of casting can come into this log: no kind of entry
// holds it.
type Actor struct {
	Number  uint32
	Role    Role
	Unit    uint32   // a station's, committee's or department's; else 0
	Name    string   // not empty
	Key     [32]byte // Ed25519; zeros: the server vouches for this actor
	Retired bool     // acts no more

	seq uint32 // how many entries it made
}

// Kind says what entry it is. A new actor bears the next number; an existing
// one keeps its role, and all else is replaced.
func (*Actor) Kind() Kind { return KindActor }

func (b *Actor) fields(c *codec) {
	c.number(&b.Number)
	enum(c, &b.Role, lastRole)
	c.u32(&b.Unit)
	c.name(&b.Name)
	c.hash(&b.Key)
	c.flag(&b.Retired)
}

func (*Actor) about() []Ref { return nil }

func (b *Actor) check(s *State, at place) error {
	if int(b.Number) > len(s.actors) {
		return fault(CodeNumber, "actor %d, the next is %d", b.Number, len(s.actors))
	}
	if int(b.Number) < len(s.actors) && s.actors[b.Number].Role != b.Role {
		return fault(CodeRole, "actor %d is of the role %s", b.Number, s.actors[b.Number].Role)
	}
	if b.Role == RoleServer {
		return fault(CodeRole, "there is one server")
	}
	if b.Number == office && (b.Retired || at.by.Number != office) {
		return fault(CodeRole, "only the office can change itself")
	}
	return s.checkUnit(b.Unit, b.Role.unit())
}

func (b *Actor) apply(s *State, _ place) {
	a := *b
	if int(b.Number) == len(s.actors) {
		s.actors = append(s.actors, a)
		s.activities = append(s.activities, Tally{})
		return
	}
	a.seq = s.actors[b.Number].seq
	s.actors[b.Number] = a
}

// The actors that the first entry names.
const (
	server = 0
	office = 1
)

// Actor returns an actor.
func (s *State) Actor(number uint32) (Actor, bool) {
	if int(number) >= len(s.actors) {
		return Actor{}, false
	}
	return s.actors[number], true
}

// Actors returns the number of actors; they count from 0.
func (s *State) Actors() int { return len(s.actors) }

// NextSeq returns the sequence number of an actor's next entry.
func (s *State) NextSeq(actor uint32) uint32 {
	if int(actor) >= len(s.actors) {
		return 0
	}
	return s.actors[actor].seq + 1
}
