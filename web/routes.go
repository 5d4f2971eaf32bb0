package web

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"piaojue/election"
	"piaojue/store"
)

// octets says what a body is that is not JSON.
type octets string

// handler serves a request of a person, who may use the route.
type handler func(s *Server, w http.ResponseWriter, r *http.Request, who Person) error

// route is a row of the table of routes.
type route struct {
	method, path string
	query        string // one of several routes with this path: name=value
	who          access
	badge        bool              // bears a badge or a terminal's key: the connection ends
	quiet        bool              // not logged: it comes often, and would tell when a terminal begins anew, which is when a deputy has cast
	small        bool              // a form that carries no photos
	fresh        bool              // demands a session that began a short while ago
	box          bool              // a route of the ballot box: no identity, no log
	page         bool              // answers people, refusals as well
	media        string            // of the body of the request; empty: none
	in           any               // a value of the type that is read, or octets
	status       int               // of the answer that says yes
	answer       string            // its media type; empty: no body
	out          any               // a value of the type that is written, or octets
	also         any               // of another type that may be written instead
	headers      map[string]string // of the answer, and what they say
	handle       handler
	sample       string // a body for tests, where it is more than bytes
	doc          string
}

var (
	editors      = only(store.RoleStaffLead, store.RoleStaff)
	lead         = only(store.RoleStaffLead)
	signers      = only(store.RoleStaffLead, store.RoleStaff, store.RolePresidium, store.RoleScrutineer, store.RoleTeller)
	awaiting     = only(store.RoleStaffLead, store.RoleStaff, store.RolePresidium, store.RoleScrutineer, store.RoleTeller, store.RoleAuditor)
	readers      = only(store.RoleStaffLead, store.RoleStaff, store.RolePresidium, store.RoleScrutineer, store.RoleAuditor)
	trustees     = only(store.RoleScrutineer)
	tellers      = only(store.RoleTeller)
	tallies      = only(store.RoleScrutineer, store.RoleTeller)
	holders      = only(store.RoleStaffLead, store.RolePresidium, store.RoleScrutineer, store.RoleTeller)
	cardReaders  = only(store.RoleStaffLead, store.RoleStaff, store.RolePresidium, store.RoleScrutineer, store.RoleTeller)
	desks        = only(store.RoleGate, store.RoleStaff, store.RoleStaffLead)
	unlockers    = only(store.RoleStaffLead, store.RoleStaff, store.RoleScrutineer)
	gates        = only(store.RoleGate, store.RoleStaff)
	counters     = only(store.RoleGate, store.RoleStaff, store.RoleStaffLead, store.RolePresidium, store.RoleScrutineer)
	podium       = only(store.RolePresidium, store.RoleStaffLead, store.RoleScrutineer)
	admins       = only(store.RoleAdmin)
	overseers    = only(store.RoleAdmin, store.RoleAuditor)
	anybodyKnown = only(Roles()...)
	consoles     = only(store.RoleStaffLead, store.RoleStaff, store.RolePresidium)
	operations   = only(store.RoleAdmin, store.RoleStaffLead, store.RoleStaff, store.RoleGate)
	members      = only(store.RoleMember, store.RoleStaffLead, store.RoleStaff, store.RolePresidium)
	watchers     = only(store.RoleAdmin, store.RoleStaffLead, store.RoleStaff, store.RoleGate, store.RolePresidium)
)

// routes is the table of what scripts and tools ask; with pages it is all there
// is: the router, openapi.json and the tests of who may do what are made of both.
var routes = slices.Concat([]route{
	{method: "GET", path: "/healthz", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getHealth,
		out: healthJSON{}, also: followerJSON{}, headers: leaderHeaders,
		doc: "Whether the server can store anything, and for which votes it signs nothing more."},
	{method: "GET", path: "/readyz", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getReady,
		out: readyJSON{},
		doc: "Whether a session may be opened: 503 with the reasons if something has to be set right before."},
	{method: "GET", path: "/projects/drafts/{hash}/file", who: members, status: 200, answer: mediaJSON, handle: (*Server).getDraftFile,
		out: draftFile{},
		doc: "An entry of the projects' log that waits for its signature, to sign where the key is."},
	{method: "POST", path: "/projects/entries", who: members, media: mediaBinary, in: octets("An entry of the projects' log, signed by its actor: PROTOCOL.md, Section 14."), status: 200, answer: mediaJSON, handle: (*Server).postProjectEntry,
		out: takenJSON{},
		doc: "Takes an entry that its actor has signed, and that this server drafted in the last hour."},
	{method: "GET", path: "/openapi.json", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getOpenAPI,
		out: openapiJSON{},
		doc: "This document."},

	{method: "GET", path: "/ca.crt", who: everyone, status: 200, answer: mediaCert, handle: (*Server).getCA,
		out: octets("PEM."),
		doc: "The certificate that browsers have to trust, if the server made its own."},

	{method: "GET", path: "/session", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getSession,
		out: sessionJSON{},
		doc: "Who asks, and the routes this person may use."},
	{method: "POST", path: "/session", who: everyone, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).signIn,
		in: signInRequest{}, out: sessionJSON{},
		sample: `{}`, doc: "Signs in with ID or staff number, password and code. Five wrong tries lock the account for a while."},
	{method: "DELETE", path: "/session", who: everyone, status: 204, handle: (*Server).signOut,
		doc: "Signs out."},
	{method: "POST", path: "/welcome", who: everyone, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).getInvitation,
		in: welcomeRequest{}, out: invitation{},
		sample: `{"token":"none"}`, doc: "What a one-time link leads to, with the secret for a new code device."},
	{method: "PUT", path: "/welcome", who: everyone, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).accept,
		in: acceptRequest{}, out: sessionJSON{},
		sample: `{"token":"none","password":"","code":""}`, doc: "Uses a one-time link up: password and code device. Signs in."},
	{method: "POST", path: "/account/password", who: anybodyKnown, media: mediaJSON, status: 204, handle: (*Server).changePassword,
		in:     passwordRequest{},
		sample: `{"password":"","code":"","new_password":""}`, doc: "Changes one's own password. All other sessions end."},
	{method: "POST", path: "/account/code", who: anybodyKnown, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).offerDevice,
		in: proveRequest{}, out: deviceJSON{},
		sample: `{"password":"","code":""}`, doc: "Offers the secret for a new code device."},
	{method: "PUT", path: "/account/code", who: anybodyKnown, media: mediaJSON, status: 204, handle: (*Server).changeDevice,
		in:     codeRequest{},
		sample: `{"code":""}`, doc: "Puts the new code device in force. All other sessions end."},
	{method: "DELETE", path: "/account/code", who: anybodyKnown, media: mediaJSON, status: 204, handle: (*Server).removeDevice,
		in:     proveRequest{},
		sample: `{"password":"","code":""}`, doc: "Does without a code device, for gate and auditor."},
	{method: "DELETE", path: "/account/sessions", who: anybodyKnown, media: mediaJSON, status: 204, handle: (*Server).endSessions,
		in:     proveRequest{},
		sample: `{"password":"","code":""}`, doc: "Ends all sessions of one's own but this one."},
	{method: "PUT", path: "/account/alerts", who: anybodyKnown, media: mediaJSON, status: 204, handle: (*Server).seeAlerts,
		in:     seenRequest{},
		sample: `{"shown":""}`, doc: "This browser has shown what happened to the account, and shows it no more."},
	{method: "GET", path: "/persons", who: overseers, status: 200, answer: mediaJSON, handle: (*Server).getPersons,
		out: personsJSON{},
		doc: "All persons, with where their accounts stand."},
	{method: "POST", path: "/persons", who: admins, fresh: true, media: mediaJSON, status: 201, answer: mediaJSON, handle: (*Server).addPerson,
		in: personRequest{}, out: linkJSON{},
		sample: `{"name":"","role":"staff","staff_number":""}`, doc: "Adds a person and answers with the one-time link to hand over."},
	{method: "POST", path: "/persons/{id}/links", who: admins, fresh: true, media: mediaJSON, status: 201, answer: mediaJSON, handle: (*Server).issueLink,
		in: resetRequest{}, out: linkJSON{},
		sample: `{}`, doc: "A new one-time link: password, code device, sessions and lock of the person end at once."},
	{method: "PUT", path: "/persons/{id}/role", who: admins, fresh: true, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).putRole,
		in: roleRequest{}, out: linkJSON{},
		sample: `{"role":"staff"}`, doc: "Another role of the same group. The person's sessions end."},
	{method: "DELETE", path: "/persons/{id}", who: admins, fresh: true, status: 204, handle: (*Server).removePerson,
		doc: "Removes a person with key, account and sessions."},
	{method: "GET", path: "/admin/log", who: overseers, status: 200, answer: mediaJSON, handle: (*Server).getAdminLog,
		out: adminLogJSON{},
		doc: "The log of what administrators did, from an index (from=…), with its checkpoint."},

	{method: "GET", path: "/votes", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getVotes,
		out: votesJSON{},
		doc: "All votes; drafts only for persons."},
	{method: "POST", path: "/votes", who: lead, media: mediaJSON, status: 201, answer: mediaJSON, handle: (*Server).createVote,
		in: createRequest{}, out: createdJSON{},
		sample: `{"id":"v1","origin":"example.org/v1","congress":"C","session":"S","title":"T","date":"D","kind":"demo","n":3,"t":2,"min_ballots":2}`,
		doc:    "Starts a draft. The server draws its log key, promise key and issuer key."},
	{method: "GET", path: "/votes/{vote}", who: everyone, status: 200, answer: mediaJSON, handle: (*Server).getVote,
		out: voteJSON{},
		doc: "Where a vote stands: phase, numbers, manifest hash, head of the chain, issuers."},

	{method: "PUT", path: "/votes/{vote}/rules", who: editors, media: mediaJSON, status: 204, handle: (*Server).putRules,
		in:     election.Rules{},
		sample: `{}`, doc: "The rules; an absent name takes its default."},
	{method: "PUT", path: "/votes/{vote}/roll", who: editors, media: mediaCSV, status: 200, answer: mediaJSON, handle: (*Server).putRoll,
		in: octets("UTF-8; a row for each deputy: roll number, name, delegation, seat, standing."), out: imported{},
		doc: "Replaces the roll by a table of deputies. Errors name all rows at once."},
	{method: "PUT", path: "/votes/{vote}/candidates", who: editors, media: mediaCSV, status: 200, answer: mediaJSON, handle: (*Server).putCandidates,
		in: octets("UTF-8; a row for each option: id, name, and what else PROTOCOL.md, Section 4.1, says of it."), out: imported{},
		doc: "Replaces the options by a table of candidates."},
	{method: "PUT", path: "/votes/{vote}/badges", who: editors, media: mediaCSV, status: 200, answer: mediaJSON, handle: (*Server).putBadges,
		in: octets("UTF-8; a row for each badge: roll number, public key (64 hexadecimal digits)."), out: imported{},
		doc: "Public keys of badges, which were made offline, by roll number."},
	{method: "POST", path: "/votes/{vote}/roll/preview", who: editors, media: mediaCSV, status: 200, answer: mediaJSON, handle: (*Server).previewRoll,
		in: octets("As PUT /votes/{vote}/roll."), out: previewJSON{},
		doc: "What a table of deputies would change; nothing is stored."},
	{method: "POST", path: "/votes/{vote}/candidates/preview", who: editors, media: mediaCSV, status: 200, answer: mediaJSON, handle: (*Server).previewCandidates,
		in: octets("As PUT /votes/{vote}/candidates."), out: previewJSON{},
		doc: "What a table of candidates would change; nothing is stored."},
	{method: "POST", path: "/votes/{vote}/badges/preview", who: editors, media: mediaCSV, status: 200, answer: mediaJSON, handle: (*Server).previewBadges,
		in: octets("As PUT /votes/{vote}/badges."), out: badgesPreviewJSON{},
		doc: "Which deputies a table of badges would serve; nothing is stored."},
	{method: "POST", path: "/votes/{vote}/rules/preview", who: editors, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).previewRules,
		in: election.Rules{}, out: rulesPreviewJSON{},
		sample: `{}`, doc: "Whether rules fit together, and what is unusual about them; nothing is stored."},
	{method: "PUT", path: "/votes/{vote}/basics", who: lead, media: mediaJSON, status: 204, handle: (*Server).putBasics,
		in:     draftTerms{},
		sample: `{"congress":"","session":"","title":"","date":"","n":0,"t":0,"min_ballots":0}`, doc: "What the vote is called, when it is, and how many open it: what its creation decided, changed before the freeze."},
	{method: "PUT", path: "/votes/{vote}/customs", who: editors, media: mediaJSON, status: 204, handle: (*Server).putCustoms,
		in:     customs{},
		sample: `{"order":"together","word":""}`, doc: "What differs from place to place: the order of voting, and what Chinese pages call it."},
	{method: "PUT", path: "/votes/{vote}/reviews", who: editors, media: mediaJSON, status: 204, handle: (*Server).putReviews,
		in:     reviews{},
		sample: `{"committee":{"date":"","document":""},"presidium":{"date":"2026-01-05","document":"1"},"demanded":"presidium"}`,
		doc:    "Who considered the list of candidates as it is now, with date and paper; another list needs it anew."},
	{method: "POST", path: "/votes/{vote}/copies", who: lead, media: mediaJSON, status: 201, answer: mediaJSON, handle: (*Server).copyVote,
		in: copyRequest{}, out: createdJSON{},
		sample: `{"as":"rehearsal"}`, doc: "Another draft made of this vote: to rehearse it, to repeat it after it was voided, or for its second round."},
	{method: "PUT", path: "/votes/{vote}/keys", who: lead, media: mediaJSON, status: 204, handle: (*Server).putKeys,
		in:     draftKeys{},
		sample: `{"staff":"","presidium":""}`, doc: "Role keys of staff lead and presidium (Ed25519)."},
	{method: "PUT", path: "/votes/{vote}/issuers", who: lead, media: mediaJSON, status: 204, handle: (*Server).putIssuers,
		in:     []draftIssuer{},
		sample: `[]`, doc: "Issuers beside the server's own, which is number 0."},
	{method: "PUT", path: "/votes/{vote}/pins", who: lead, media: mediaJSON, status: 204, handle: (*Server).putPins,
		in:     []draftPin{},
		sample: `[]`, doc: "Hashes of client bundles and verifier releases."},
	{method: "PUT", path: "/votes/{vote}/policy", who: lead, media: mediaText, status: 204, handle: (*Server).putPolicy,
		in:     octets("PROTOCOL.md, Section 4.3."),
		sample: "quorum none\n", doc: "The witness policy (C2SP tlog-policy without log lines)."},
	{method: "GET", path: "/votes/{vote}/draft", who: readers, status: 200, answer: mediaBinary, handle: (*Server).getDraft,
		out: octets("PROTOCOL.md, Section 4.1: body of the manifest."),
		doc: "The body of the manifest as it would be frozen, or what is missing."},

	{method: "PUT", path: "/votes/{vote}/cards", who: holders, media: mediaJSON, status: 204, handle: (*Server).putCard,
		in:     cardRequest{},
		sample: `{"kind":"teller","role":""}`, doc: "Hands in the public card of one's own key file; a later one takes its place."},
	{method: "GET", path: "/votes/{vote}/cards", who: cardReaders, status: 200, answer: mediaJSON, handle: (*Server).getCards,
		out: cardsJSON{},
		doc: "The cards that were handed in, to be compared with paper before they are used."},

	{method: "POST", path: "/votes/{vote}/proposals", who: signers, media: mediaBinary, status: 200, answer: mediaJSON, handle: (*Server).propose,
		in: octets("PROTOCOL.md, Section 4: an entry."), out: proposalJSON{},
		doc: "An entry with some of its signatures, all of the person's own role. It is logged when it has all."},
	{method: "GET", path: "/votes/{vote}/proposals", who: awaiting, status: 200, answer: mediaJSON, handle: (*Server).getProposals,
		out: proposalsJSON{},
		doc: "Entries that wait for signatures."},
	{method: "POST", path: "/votes/{vote}/proposals/{hash}/signatures", who: signers, media: mediaBinary, status: 200, answer: mediaJSON, handle: (*Server).signProposal,
		in: octets("PROTOCOL.md, Section 4: a signature, 66 bytes."), out: proposalJSON{},
		doc: "One signature: u8 role, u8 index, sig[64]."},
	{method: "POST", path: "/votes/{vote}/batches", who: tellers, media: mediaBinary, status: 200, answer: mediaJSON, handle: (*Server).postBatch,
		in: octets("PROTOCOL.md, Section 7.1: of each entry u16 length and entry, the batch and its papers."), out: proposalJSON{},
		doc: "What tellers entered from a ballot box. It is logged when the batch has all signatures."},
	{method: "GET", path: "/votes/{vote}/proposals/{hash}/papers", who: tallies, status: 200, answer: mediaBinary, handle: (*Server).getPapers,
		out: octets("PROTOCOL.md, Section 7.1: of each entry u16 length and entry, the batch and its papers."),
		doc: "A batch that waits for signatures, with its papers."},
	{method: "POST", path: "/votes/{vote}/entries", who: trustees, media: mediaBinary, status: 200, answer: mediaJSON, handle: (*Server).postEntry,
		in: octets("PROTOCOL.md, Section 4: an entry."), out: loggedJSON{},
		doc: "A whole entry of a trustee: dealing, agreement, complaint, ready, share, destruction."},

	{method: "POST", path: "/terminals", who: everyone, media: mediaJSON, status: 201, answer: mediaJSON, handle: (*Server).registerTerminal,
		in: registerRequest{}, out: registeredJSON{},
		sample: `{"code":"0","kind":"seat","label":"1"}`, doc: "Registers a device by a code from the console. Its key is in this answer and nowhere else."},
	{method: "POST", path: "/terminals/beat", who: everyone, badge: true, quiet: true, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).postBeat,
		in: beatRequest{}, out: beatJSON{},
		sample: `{"help":false}`, doc: "A terminal is there (Authorization: Terminal KEY). At one pace, whatever is on its screen."},
	{method: "POST", path: "/votes/{vote}/terminals/codes", who: editors, status: 201, answer: mediaJSON, handle: (*Server).makeTerminalCode,
		out: terminalCodeJSON{},
		doc: "A code that registers one terminal within 15 minutes."},
	{method: "GET", path: "/votes/{vote}/terminals", who: watchers, status: 200, answer: mediaJSON, handle: (*Server).getTerminals,
		out: terminalsJSON{},
		doc: "The terminals of the vote and how they are now."},
	{method: "PUT", path: "/votes/{vote}/terminals", who: editors, media: mediaJSON, status: 204, handle: (*Server).putTerminals,
		in:     terminalRule{},
		sample: `{"terminals":"open"}`, doc: "Whether only registered terminals get credentials."},
	{method: "POST", path: "/votes/{vote}/terminals", who: editors, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).moveTerminals,
		in: moveRequest{}, out: movedJSON{},
		sample: `{"from":"none"}`, doc: "Takes over the terminals of another vote that is not open."},
	{method: "DELETE", path: "/votes/{vote}/terminals/{id}", who: editors, status: 204, handle: (*Server).removeTerminal,
		doc: "Removes a terminal; its key opens nothing from then on."},

	{method: "GET", path: "/votes/{vote}/register", who: desks, status: 200, answer: mediaJSON, handle: (*Server).getRegister,
		out: registerJSON{},
		doc: "The list of the check-in desk. Nothing in it says who has cast."},
	{method: "GET", path: "/votes/{vote}/deputies", who: trustees, status: 200, answer: mediaJSON, handle: (*Server).getDeputies,
		out: deputiesJSON{},
		doc: "Who stands where in the roll, for the scrutineers who replace a lost badge or hand out paper."},
	{method: "POST", path: "/votes/{vote}/unlocks", who: unlockers, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).unlock,
		in: unlockRequest{}, out: deputyJSON{},
		sample: `{"index":0}`, doc: "Gives a badge five more tries of its PIN."},
	{method: "POST", path: "/votes/{vote}/checkins", who: gates, media: mediaJSON, status: 200, answer: mediaJSON, handle: (*Server).checkIn,
		in: checkInRequest{}, out: checkedInJSON{},
		sample: `{"index":0,"present":true}`, doc: "Somebody is in the hall, or has left it."},
	{method: "GET", path: "/votes/{vote}/checkins", who: counters, status: 200, answer: mediaJSON, handle: (*Server).getCheckIns,
		out: attendanceJSON{},
		doc: "Who is in the hall, in numbers; for scrutineers also the body of the next attendance entry."},
	{method: "POST", path: "/votes/{vote}/assistants", who: desks, media: mediaJSON, status: 201, answer: mediaJSON, handle: (*Server).nameAssistant,
		in: assistantRequest{}, out: assistantJSON{},
		sample: `{"index":0,"assistant":"A"}`, doc: "A deputy who cannot use a terminal alone names who helps; the administration log keeps it."},
	{method: "GET", path: "/votes/{vote}/assistants", who: desks, status: 200, answer: mediaJSON, handle: (*Server).getAssistants,
		out: assistantsJSON{},
		doc: "Who helps whom. What anybody chooses is nowhere."},

	{method: "GET", path: "/votes/{vote}/roll/{key}", who: everyone, badge: true, status: 200, answer: mediaBinary, handle: (*Server).getLeaf,
		out: octets("PROTOCOL.md, Section 6: leaf[68] ‖ list8 of path hash[32]."),
		doc: "The roll leaf of a badge key, with its path."},
	{method: "PUT", path: "/votes/{vote}/seeds/{index}", who: everyone, badge: true, media: mediaBinary, status: 200, answer: mediaBinary, handle: (*Server).putSeed,
		in: octets("PROTOCOL.md, Section 6.1: epoch u32 ‖ sealed[72] ‖ sig[64]."), out: octets("PROTOCOL.md, Section 6.1: sealed[72]."),
		doc: "Keeps the first sealed seed of a leaf and epoch, and answers with the one that is kept. Signed by the badge; at a registered terminal (Authorization: Terminal KEY) if the vote demands one, with the PIN (Piaojue-Pin) if the badge has one."},
	{method: "POST", path: "/votes/{vote}/issuances", who: everyone, badge: true, media: mediaBinary, status: 200, answer: mediaBinary, handle: (*Server).issue,
		in:  octets("PROTOCOL.md, Section 6: u16 length ‖ issuance entry ‖ blinded message[384] for each issuer of S."),
		out: octets("PROTOCOL.md, Section 6: issuer number u8 ‖ index of the issuance u64 ‖ blind signature[384], or none if that issuer is not in S."),
		doc: "Logs an issuance, which the badge signed, and answers with the server's blind signature. Terminal and PIN as for the seed. With issuer=n the same bytes go to another issuer of S, and its answer comes back."},

	{method: "GET", path: "/votes/{vote}/live", query: "view=hall", who: everyone, status: 101, handle: live(screenHall),
		out: snapshot{},
		doc: "Websocket: whole snapshots of the hall's screen."},
	{method: "GET", path: "/votes/{vote}/live", query: "view=podium", who: podium, status: 101, handle: live(screenPodium),
		out: snapshot{},
		doc: "Websocket: whole snapshots of the podium's screen, with the result once it is counted."},
	{method: "GET", path: "/votes/{vote}/live", query: "view=operations", who: operations, status: 101, handle: live(screenOperations),
		out: snapshot{},
		doc: "Websocket: whole snapshots of the operations screen."},
	{method: "GET", path: "/votes/{vote}/snapshot", query: "view=hall", who: everyone, status: 200, answer: mediaJSON, handle: still(screenHall),
		out: snapshot{},
		doc: "The newest snapshot of the hall's screen."},
	{method: "GET", path: "/votes/{vote}/snapshot", query: "view=podium", who: podium, status: 200, answer: mediaJSON, handle: still(screenPodium),
		out: snapshot{},
		doc: "The newest snapshot of the podium's screen."},
	{method: "GET", path: "/votes/{vote}/snapshot", query: "view=operations", who: operations, status: 200, answer: mediaJSON, handle: still(screenOperations),
		out: snapshot{},
		doc: "The newest snapshot of the operations screen."},

	{method: "POST", path: "/box/{vote}/ballots", who: everyone, box: true, media: mediaBinary, status: 200, answer: mediaBinary, handle: (*Server).castBallot,
		in: octets("PROTOCOL.md, Section 7: a ballot entry."), out: octets("PROTOCOL.md, Section 7: the promise's sig[64]."),
		doc: "Casts a ballot entry; the answer is the promise's signature. Again is harmless."},
	{method: "POST", path: "/box/{vote}/unused", who: everyone, box: true, media: mediaBinary, status: 200, answer: mediaBinary, handle: (*Server).handInUnused,
		in: octets("PROTOCOL.md, Section 7: an unused entry."), out: octets("PROTOCOL.md, Section 7: the promise's sig[64]."),
		doc: "Hands in a credential that will not be used; the answer is the promise's signature."},
	{method: "POST", path: "/box/{vote}/challenges", who: everyone, box: true, media: mediaBinary, status: 204, handle: (*Server).challenge,
		in:  octets("PROTOCOL.md, Section 7: a challenge."),
		doc: "Records the seal code of a ballot that will be revealed as spent, for ever."},
	{method: "POST", path: "/box/{vote}/queries", who: everyone, box: true, media: mediaBinary, status: 200, answer: mediaBinary, handle: (*Server).query,
		in: octets("PROTOCOL.md, Section 7: K[32] ‖ sig[64]."), out: octets("PROTOCOL.md, Section 7: the answer to a query."),
		doc: "Whether a one-time key has handed in anything: u8 0, or u8 1, promise[64] and the entry."},

	{method: "GET", path: "/board/{vote}/checkpoint", who: everyone, quiet: true, status: 200, answer: mediaText, handle: (*Server).getCheckpoint,
		out: octets("PROTOCOL.md, Section 11: a checkpoint (C2SP tlog-checkpoint)."),
		doc: "The newest checkpoint that enough witnesses cosigned, or the newest one if none is."},
	{method: "GET", path: "/board/{vote}/head", who: everyone, status: 200, answer: mediaText, handle: (*Server).getHead,
		out: octets("PROTOCOL.md, Section 11: a checkpoint (C2SP tlog-checkpoint)."),
		doc: "The newest checkpoint, for witnesses."},
	{method: "GET", path: "/board/{vote}/closing", who: everyone, status: 200, answer: mediaText, handle: (*Server).getClosing,
		out: octets("PROTOCOL.md, Section 11: a checkpoint (C2SP tlog-checkpoint)."),
		doc: "The closing checkpoint."},
	{method: "GET", path: "/board/{vote}/tile/*", who: everyone, quiet: true, status: 200, answer: mediaBinary, handle: (*Server).getTile,
		out: octets("PROTOCOL.md, Section 11: a tile or an entry bundle (C2SP tlog-tiles)."),
		doc: "A hash tile or entry bundle (C2SP tlog-tiles)."},
	{method: "GET", path: "/board/{vote}/issuer/{number}/checkpoint", who: everyone, status: 200, answer: mediaText, handle: (*Server).getRegisterHead,
		out: octets("PROTOCOL.md, Section 6.2: the checkpoint of an issuer's register."),
		doc: "What an issuer has signed, by its own account, once nothing more is issued: the checkpoint."},
	{method: "GET", path: "/board/{vote}/issuer/{number}/entries", who: everyone, status: 200, answer: mediaBinary, handle: (*Server).getRegisterRows,
		out: octets("PROTOCOL.md, Section 6.2: the rows of an issuer's register."),
		doc: "The rows of that register."},
	{method: "GET", path: "/board/{vote}/receipts/{hash}", who: everyone, status: 200, answer: mediaText, handle: (*Server).getReceipt,
		out: octets("PROTOCOL.md, Section 11: a receipt (C2SP tlog-proof)."),
		doc: "The receipt (C2SP tlog-proof) of an entry, by its tracking code."},
	{method: "POST", path: "/board/{vote}/cosignatures", who: everyone, media: mediaText, status: 204, handle: (*Server).postCosignatures,
		in:  octets("PROTOCOL.md, Section 11: signature lines (C2SP tlog-cosignature)."),
		doc: "Signature lines of witnesses under the newest checkpoints or the closing one."},
}, resultRoutes(), formRoutes(), paperRoutes(), dataRoutes())

// allRoutes returns both tables.
func allRoutes() []route {
	all := slices.Clone(routes)
	for _, f := range forms {
		f.method, f.media, f.status, f.answer, f.page = http.MethodPost, mediaForm, http.StatusSeeOther, mediaHTML, true
		f.in = octets("The fields of the form, and the id that came with it.")
		all = append(all, f)
	}
	for _, p := range pages {
		p.method, p.status = http.MethodGet, http.StatusOK
		if p.answer == "" {
			p.answer, p.page = mediaHTML, true
		}
		all = append(all, p)
	}
	return all
}

// router builds the router of the tables.
func (s *Server) router() http.Handler {
	mux := chi.NewRouter()
	mux.Use(secure)
	mux.NotFound(s.open([]*route{{path: "none", who: everyone, handle: notFound}}))
	mux.MethodNotAllowed(s.open([]*route{{path: "none", who: everyone, handle: wrongMethod}}))
	for _, rows := range rowsByPath() {
		if rows[0].box {
			mux.Method(rows[0].method, rows[0].path, s.sealed(rows[0]))
		} else {
			mux.Method(rows[0].method, rows[0].path, s.open(rows))
		}
	}
	return mux
}

// rowsByPath groups the rows that differ in their query only.
func rowsByPath() [][]*route {
	var groups [][]*route
	at := make(map[string]int)
	all := allRoutes()
	for i := range all {
		rt := &all[i]
		key := rt.method + " " + rt.path
		if g, ok := at[key]; ok {
			groups[g] = append(groups[g], rt)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []*route{rt})
	}
	return groups
}

func notFound(*Server, http.ResponseWriter, *http.Request, Person) error {
	return refuse(codeNotFound)
}

func wrongMethod(*Server, http.ResponseWriter, *http.Request, Person) error {
	return refuse(codeMethod)
}
