package web

// forms is the table of what pages send without a script. The answer leads to
// another page, or is the form again with what is wrong in it.
var forms = []route{
	{path: "/projects/begin", who: lead, handle: (*Server).beginProjects,
		doc: "Begins the log of the projects: whose it is, and the office that keeps it."},
	{path: "/projects/wish", who: everyone, handle: (*Server).postWish,
		doc: "Takes a wish of anybody, and answers with its number and a code to find it again."},
	{path: "/projects/{number}/opinion", who: everyone, small: true, handle: (*Server).postOpinion,
		doc: "Takes what somebody of the public thinks of a project: a grade, and words that wait for the office."},
	{path: "/projects/opinions", who: members, handle: (*Server).postModeration,
		doc: "Shows the words of an opinion, or erases them."},
	{path: "/projects/track", who: everyone, small: true, handle: (*Server).postTrack,
		doc: "Shows the wish that has a code."},
	{path: "/projects/intake/wish", who: members, handle: (*Server).postDeskWish,
		doc: "Takes a wish that somebody types in for others."},
	{path: "/projects/intake/import", who: members, handle: (*Server).postImport,
		doc: "Shows what a table would do, and takes it in when it comes again."},
	{path: "/projects/intake/recipients", who: members, handle: (*Server).postRecipient,
		doc: "Adds or removes somebody to whom contacts are sealed."},
	{path: "/projects/lists/{number}/ballot", who: lead, handle: (*Server).postBallot,
		doc: "Makes a list of candidates the candidates of a vote that is a draft still."},
	{path: "/projects/lists/{number}/bind", who: members, handle: (*Server).postBinding,
		doc: "Binds a list to the vote whose manifest it is, or that goes on with the rest; under the office's key, if it has one."},
	{path: "/projects/drafts/{hash}", who: members, handle: (*Server).postSigned,
		doc: "Takes an entry back that its actor has signed."},
	{path: "/projects/log/{number}/withdrawal", who: members, small: true, handle: (*Server).postWithdrawal,
		doc: "Erases contents of an entry, and says so in the log: the office, and on what ground."},
	{path: "/projects/ratings", who: lead, handle: (*Server).postRating,
		doc: "Makes projects the rows of a vote that is a draft still: 满意度测评."},
	{path: "/projects/do/{kind}", who: members, handle: (*Server).postDeed,
		doc: "Does something about projects; who may do it and when, PROTOCOL.md says."},
}
