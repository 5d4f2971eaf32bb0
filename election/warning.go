package election

// Warning names something that is allowed, but that people should know.
type Warning string

// The warnings.
const (
	// WarnOneIssuer: whoever holds that one key can make credentials.
	WarnOneIssuer Warning = "one_issuer"

	// WarnFewBallots: so few ballots hide a choice badly (attack K11).
	WarnFewBallots Warning = "few_ballots"

	// WarnUnanimous: a total equals the number of ballots, so that
	// everybody's choice at that place is known (attack K11).
	WarnUnanimous Warning = "unanimous"

	// WarnUnaccounted: credentials were neither used nor handed in.
	WarnUnaccounted Warning = "unaccounted"
)

// FewBallots is the number below which people are warned. What is never opened
// is up to the manifest.
const FewBallots = 10
