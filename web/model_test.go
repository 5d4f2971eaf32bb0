package web

import "fmt"

// The model of issuing, casting and recovery. Deputy A has a badge and two
// terminals, deputy B one; beside them are the server, a second issuer, and the
// people who open again, suspend, replace A's badge, hand A a sheet of paper,
// order the close and close. The explorer of modelexplore_test.go tries every
// order of their steps within bounds, with lost answers, late requests and
// crashes, and looks at each state it reaches.
//
// What the log takes, a real election.State decides (modelledger_test.go). What
// the store, the handlers and the client do is told again here in short
// (modelserver_test.go, modelmove_test.go), and modelreplay_test.go holds this
// against them: it takes real clients through walks of the model, at a real
// server on a real database that is killed now and then.

// world is one state of everything that the model knows. It is comparable, so
// that a map knows it again.
//
// A seed stands for what is derived from it, too: the one-time key, and with the
// epoch the vector of blinded messages. Number 0 is none.
type world struct {
	node  int16 // the log, as the ledger numbers it
	read  int16 // the log, as far as the second issuer has read it
	epoch uint8

	// In the database.
	seeds [2]keptSeed    // the sealed seed that is kept, by deputy
	rows  [2]uint8       // the table of issuances: a seed, or onPaper
	box   [keys]envelope // ballots, by key
	idle  uint8          // bits of keys that were handed in as unused
	spent uint32         // bits of envelopes
	state boxState

	register [2][2]uint8 // what the second issuer has reserved, by epoch and deputy: a seed

	// In nobody's memory but that of a server that does not wait for its disk.
	loose [keys]envelope

	// Over the wire and in people's hands.
	signed   [2]uint8       // of this epoch, by issuer: bits of seeds that it signed for
	promised [keys]envelope // promises that a terminal holds, of this epoch
	idled    uint8          // the same, of unused credentials
	shown    uint32         // bits of envelopes that a challenge has opened
	sheet    bool           // A has a sheet of paper, of this epoch
	late     modelCall      // a request under way that nobody waits for

	terminals [terminals]terminal

	// What is left to spend.
	losses, delays, reboots, crashes uint8

	counted [keys]envelope // after the close
	unused  uint8
}

const (
	terminals = 3 // 0 and 1 are A's, 2 is B's
	maxDraws  = 2
	maxSeals  = 2
	fresh     = 1 + terminals*maxDraws
	keys      = fresh + 1
	onPaper   = 15
)

// keptSeed is a seed and the badge that it is sealed for.
type keptSeed struct{ seed, badge uint8 }

// envelope is a ballot: number 0 is none, and ciphertexts are its own.
type envelope struct{ number, epoch uint8 }

const freshEnvelope = 1 + terminals*maxSeals

func (p envelope) bit() uint32 { return 1 << (uint32(p.epoch-1)*(freshEnvelope+1) + uint32(p.number)) }

// boxState is store.BoxState.
type boxState uint8

// stand is where a terminal stands, as a client.Voter does.
type stand uint8

const (
	asleep       stand = iota
	scanned            // the badge was read, and the board is as it was then
	adopted            // has a seed
	logged             // the first issuer has signed
	credentialed       // both have
	ready              // the box has nothing of this key
	holding            // has sealed a ballot
	sending            // has finished it: it may be in the box
	declining          // has declared the credential unused: so may that
)

type terminal struct {
	stand        stand
	epoch, badge uint8
	seed         uint8
	ballot       uint8
	draws, seals uint8
}

func deputyOf(terminal uint8) uint8 { return terminal / 2 }

// deputyOfKey is for the keys of terminals.
func deputyOfKey(seed uint8) uint8 { return deputyOf((seed - 1) / maxDraws) }

// modelCall is a request of a terminal.
type modelCall struct {
	kind         callKind
	deputy       uint8
	epoch, badge uint8
	seed         uint8
	ballot       uint8
}

type callKind uint8

const (
	noCall callKind = iota
	putSeed
	askFirst
	askSecond
	askSecondHalf // the second issuer dies between its two writes
	query
	castBallot
	challenge
	handInUnused
)

var callNames = [...]string{
	putSeed: "stores a seed", askFirst: "asks the server's issuer", askSecond: "asks the second issuer",
	askSecondHalf: "asks the second issuer, which dies after it wrote the request down",
	query:         "asks the box what it has", castBallot: "casts", challenge: "challenges", handInUnused: "hands in unused",
}

// outcome is what becomes of a request.
type outcome uint8

const (
	heard   outcome = iota
	lost            // it arrives, the answer does not
	delayed         // it arrives later
	refused         // heard, with a refusal
)

var outcomeText = [...]string{heard: "", lost: ", the answer is lost", delayed: ", the request hangs", refused: ": refused"}

// moveKind is what somebody does.
type moveKind uint8

const (
	scan moveKind = iota
	sends
	seal
	reboot
	arrive
	readLog
	writeOut // a server that promised too early writes what it promised
	crash
	openAgain
	replaceBadge
	handSheet
	suspend
	resume
	order
	closeVote
)

var moveNames = [...]string{
	scan: "reads the badge", seal: "seals a ballot", reboot: "starts anew",
	readLog:  "the second issuer reads the log",
	writeOut: "the server writes what it has promised", crash: "the server crashes", openAgain: "a new epoch is opened",
	replaceBadge: "A gets a new badge", handSheet: "A is handed a sheet of paper",
	suspend: "the vote is suspended", resume: "the vote goes on", order: "the close is ordered", closeVote: "the box is closed",
}

// move is one stand of the model.
type move struct {
	kind     moveKind
	terminal uint8 // of scan, send, seal and reboot
	call     callKind
	outcome  outcome
	own      bool // a terminal that does what it should not
}

func (m move) String() string {
	who := ""
	if m.kind <= reboot {
		who = fmt.Sprintf("terminal %d of %c ", m.terminal+1, 'A'+rune(deputyOf(m.terminal)))
	}
	if m.own {
		who += "(rogue) "
	}
	if m.kind == sends {
		return who + callNames[m.call] + outcomeText[m.outcome]
	}
	if m.kind == arrive {
		return "a request that hung arrives: " + callNames[m.call]
	}
	return who + moveNames[m.kind] + outcomeText[m.outcome]
}

// flaw is a mistake that a server could make. The explorer finds each.
type flaw uint8

const (
	noFlaw            flaw = iota
	promisesEarly          // promises before the ballot is durable
	rewritesSeed           // keeps the last seed instead of the first
	forgetsUnused          // does not look at unused credentials when a ballot comes
	forgetsBallot          // does not look at ballots when an unused credential comes
	forgetsSpent           // keeps spent seal codes in memory only
	keepsOldSeed           // leaves the seed of a replaced badge in its place
	keepsOldBox            // leaves the ballots of the former epoch in the box
	signsUnlogged          // signs whatever a badge asks for, and looks at the log afterwards
	sheetWithoutEntry      // hands out paper without asking the log
	promisesTooLate        // promises what comes after the order, too
)

// bounds says what may happen, and how often.
type bounds struct {
	flaw     flaw
	rogue    bool  // A's terminals do what they like: then only safety is asked for
	draws    uint8 // seeds that a terminal may draw in an epoch
	seals    uint8 // ballots that it may seal in an epoch
	losses   uint8 // answers
	delays   uint8 // requests
	reboots  uint8 // of terminals
	crashes  uint8 // of the server
	epochs   uint8 // 1 or 2
	badge    bool  // A gets a new one
	sheet    bool  // A is handed one
	follows  bool  // the second issuer reads the log before it answers; else when it must, or at any time
	suspends bool
	prompt   bool // the handlers look at a late request when it arrives; else at any time before
	alone    bool // without B
}
