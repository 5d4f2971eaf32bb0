package project

// roleSet and stageSet are sets as bits: constants, so that the table below is
// data that no program has to build.
type (
	roleSet  uint16
	stageSet uint64
)

const (
	theServer     roleSet = 1 << RoleServer
	anOffice      roleSet = 1 << RoleOffice
	aStation      roleSet = 1 << RoleStation
	aDeputy       roleSet = 1 << RoleDeputy
	aCommittee    roleSet = 1 << RoleCommittee
	aDepartment   roleSet = 1 << RoleDepartment
	theGovernment roleSet = 1 << RoleGovernment
	theParty      roleSet = 1 << RoleParty
	theStanding   roleSet = 1 << RoleStanding
	thePresidium  roleSet = 1 << RolePresidium
)

const (
	received    stageSet = 1 << StageReceived
	transferred stageSet = 1 << StageTransferred
	studied     stageSet = 1 << StageStudied
	takenUp     stageSet = 1 << StageTakenUp
	bundled     stageSet = 1 << StageBundled
	unanswered           = received | transferred | studied

	drafted  stageSet = 1 << StageDrafted
	listed   stageSet = 1 << StageListed
	reserved stageSet = 1 << StageReserved

	drawn   stageSet = 1 << StageDrawn
	frozen  stageSet = 1 << StageFrozen
	pending stageSet = 1 << StagePending

	adopted    stageSet = 1 << StageAdopted
	offered    stageSet = 1 << StageOffered
	objected   stageSet = 1 << StageObjected
	taken      stageSet = 1 << StageTaken
	underway   stageSet = 1 << StageUnderway
	suspended  stageSet = 1 << StageSuspended
	terminated stageSet = 1 << StageTerminated
	delivered  stageSet = 1 << StageDelivered
	accepted   stageSet = 1 << StageAccepted
	redone     stageSet = 1 << StageRedone
	closed     stageSet = 1 << StageClosed

	working = underway | redone
	running = taken | working | suspended | delivered | accepted
	alive   = adopted | offered | objected | running

	raised    stageSet = 1 << StageRaised
	rectified stageSet = 1 << StageRectified
	rechecked stageSet = 1 << StageRechecked
	struck    stageSet = 1 << StageStruck

	asked    stageSet = 1 << StageAsked
	answered stageSet = 1 << StageAnswered
	planned  stageSet = 1 << StagePlanned

	everywhere stageSet = 1<<(lastStage+1) - 1
)

// making says whether an entry is about something that is there, or makes it.
type making uint8

const (
	existing making = iota
	fresh           // makes a new thing; at and own are about what it belongs to
	either          // makes a new one, or replaces one at the stage
)

// rule says who may make entries of a kind, and when. What is not said is
// denied.
type rule struct {
	any   roleSet  // whatever it is about
	own   roleSet  // only what is in their own hands
	noun  Noun     // of the subject; 0: the entry has none
	at    stageSet // where the subject stands
	makes making
}

// rules is the whole truth about who may do what, and is printed as it stands
// in PROTOCOL.md, "The log of the projects". An organisation entry is the
// first and only that.
var rules = [lastKind + 1]rule{
	KindSettings: {any: anOffice},
	KindUnit:     {any: anOffice},
	KindActor:    {any: anOffice},

	KindSuggestion: {any: theServer | anOffice | aStation | aDeputy, noun: NounSuggestion, makes: fresh, at: everywhere},
	KindModeration: {any: anOffice, noun: NounSuggestion, at: everywhere},
	KindTransfer:   {any: anOffice | theGovernment, noun: NounSuggestion, at: received | transferred},
	KindReturn:     {own: aDepartment, noun: NounSuggestion, at: transferred | studied},
	KindStudy:      {any: anOffice | theGovernment, own: aDepartment, noun: NounSuggestion, at: received | transferred},
	KindVerdict:    {any: anOffice | theGovernment, noun: NounSuggestion, at: unanswered},
	KindSolution:   {any: anOffice, own: aStation | aDeputy | aDepartment, noun: NounSuggestion, at: unanswered},
	KindBundle:     {any: anOffice, noun: NounSuggestion, at: unanswered | takenUp},
	KindUnbundle:   {any: anOffice, noun: NounSuggestion, at: bundled},

	KindCandidate:  {any: anOffice | theGovernment, noun: NounCandidate, makes: fresh, at: everywhere},
	KindAttachment: {any: anOffice | theGovernment, noun: NounCandidate, at: drafted | listed | reserved},
	KindEstimate:   {any: anOffice | theGovernment, noun: NounCandidate, at: drafted | listed | reserved},
	KindMerger:     {any: anOffice | theGovernment, noun: NounCandidate, at: drafted | reserved},
	KindList:       {any: anOffice | theGovernment, noun: NounList, makes: either, at: drawn},
	KindGate:       {any: theGovernment | theParty | theStanding | thePresidium, noun: NounList, at: drawn},
	KindFreeze:     {any: anOffice, noun: NounList, at: drawn},
	KindAdoption:   {any: theServer, noun: NounList, at: frozen},
	KindSuccession: {any: anOffice, noun: NounList, at: frozen | pending},

	KindOffer:        {any: anOffice | theGovernment, noun: NounProject, at: adopted | offered | objected},
	KindAnswer:       {own: aDepartment, noun: NounProject, at: offered},
	KindTask:         {any: theGovernment, own: aDepartment, noun: NounProject, at: taken},
	KindCommitment:   {own: aDepartment, noun: NounProject, at: taken | working},
	KindReport:       {own: aDepartment, noun: NounProject, at: working | suspended},
	KindRequest:      {any: theGovernment, own: aDepartment, noun: NounProject, at: working | suspended},
	KindRuling:       {any: theStanding, noun: NounProject, at: working | suspended},
	KindAnnouncement: {any: anOffice | theStanding, noun: NounProject, at: running | terminated | closed},
	KindNotice:       {any: anOffice | theStanding | theGovernment, noun: NounProject, at: running | terminated | closed},
	KindDelivery:     {own: aDepartment, noun: NounProject, at: working},

	KindPlan:       {any: anOffice | aCommittee, noun: NounPlan, makes: fresh, at: everywhere},
	KindEvent:      {any: anOffice, own: aCommittee, noun: NounPlan, at: planned},
	KindTeam:       {any: anOffice | theStanding, noun: NounProject, at: alive},
	KindInspection: {own: aDeputy | aCommittee, noun: NounInspection, makes: fresh, at: running},
	KindProblem:    {any: anOffice, own: aCommittee, noun: NounProblem, makes: fresh, at: running},
	KindContact:    {own: aDeputy | aCommittee, noun: NounProblem, at: raised | rectified | rechecked},
	KindEvidence:   {own: aDepartment, noun: NounProblem, at: raised},
	KindRecheck:    {own: aDeputy | aCommittee, noun: NounProblem, at: rectified},
	KindStrike:     {own: aCommittee, noun: NounProblem, at: rechecked},
	KindLookback:   {own: aDeputy | aCommittee, noun: NounProblem, at: struck},
	KindInquiry:    {any: anOffice | aCommittee | aDeputy | theStanding, noun: NounInquiry, makes: fresh, at: everywhere},
	KindResponse:   {own: aDepartment, noun: NounInquiry, at: asked},
	KindSettlement: {any: anOffice | theStanding, own: aCommittee, noun: NounInquiry, at: answered},
	KindAcceptance: {any: theStanding, own: aCommittee, noun: NounProject, at: delivered},
	KindRating:     {any: theServer},
	KindClosure:    {any: anOffice, own: aCommittee, noun: NounProject, at: accepted},
	KindOpinion:    {any: theServer, noun: NounProject, at: running | closed},
	KindActivity:   {any: anOffice | aStation},
	KindPriority:   {any: anOffice | theStanding, noun: NounProject, at: alive},
	KindWithdrawal: {any: anOffice},
	KindSite:       {own: aDepartment, noun: NounProject, at: running},
}

// Allowed reports whether a role may make an entry of a kind about a subject
// at a stage, own saying whether it is in that role's own hands. The stage is
// that of what a new thing belongs to, or StageNone.
func Allowed(r Role, k Kind, own bool, at Stage) error {
	if !k.valid() || r == 0 || r > lastRole {
		return fault(CodeRole, "no such kind or role")
	}
	x := &rules[k]
	switch bit := roleSet(1) << r; {
	case x.any&bit != 0:
	case x.own&bit == 0:
		return of(k, fault(CodeRole, "a %s may not do this", r))
	case !own:
		return of(k, fault(CodeOwn, "this %s may do it only with what is in its own hands", r))
	}
	if x.noun == 0 || x.at&(1<<at) != 0 {
		return nil
	}
	return &Error{Code: CodeStage, Kind: k, Stage: at, Text: "not while " + at.String()}
}

// May reports whether an actor may make this entry now: the role, in whose
// hands its subject is, and the stage. It does not look at what the entry
// says; Check does.
func (s *State) May(actor uint32, b Body) error {
	a, ok := s.Actor(actor)
	if !ok || a.Retired {
		return of(b.Kind(), fault(CodeActor, "actor %d does not act", actor))
	}
	return s.may(&a, b)
}

func (s *State) may(a *Actor, b Body) error {
	k := b.Kind()
	if k == KindOrganisation {
		return of(k, fault(CodeStage, "only the first entry can be this"))
	}
	v, err := s.subject(b)
	if err != nil {
		return of(k, err)
	}
	return Allowed(a.Role, k, s.owns(a, v), v.stage)
}

// subject returns what the rules must know, and checks all numbers: a new
// thing bears the next, and all others are there.
func (s *State) subject(b Body) (view, error) {
	var subject view
	x := &rules[b.Kind()]
	for i, r := range b.about() {
		v, ok := s.look(r)
		made := i == 0 && (x.makes == fresh || x.makes == either && !ok)
		switch {
		case made && r.Number != s.Next(r.Noun):
			return view{}, fault(CodeNumber, "%s %d, the next is %d", r.Noun, r.Number, s.Next(r.Noun))
		case !made && !ok:
			return view{}, fault(CodeUnknown, "there is no %s %d", r.Noun, r.Number)
		case made && x.makes == either:
			subject = view{stage: firstStages[x.noun]}
		case i == 0 || i == 1 && x.makes == fresh:
			subject = v
		}
	}
	return subject, nil
}

// owns reports whether a thing is in the actor's own hands: those of the unit,
// or, for a deputy, of the team.
func (s *State) owns(a *Actor, v view) bool {
	if a.Unit != 0 && (v.units[0] == a.Unit || v.units[1] == a.Unit) {
		return true
	}
	return a.Role == RoleDeputy && v.project != 0 && s.projects[v.project-1].Team.has(a.Number)
}
