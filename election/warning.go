package election

import "slices"

// Warning names something that is allowed, but that people should know.
type Warning string

// The warnings.
const (
	// WarnOneIssuer: whoever holds that one key can make credentials. The
	// manifest may name more issuers than the opening, whose set S decides.
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

// Warnings returns all that the log gives rise to so far, each once: those of
// the manifest, of the opening in force, and of the result.
func (s *State) Warnings() []Warning {
	var all []Warning
	if s.manifest != nil {
		all = s.manifest.Warnings()
	}
	if s.epoch != nil && len(s.epoch.issuers) == 1 {
		all = append(all, WarnOneIssuer)
	}
	if s.result != nil {
		all = append(all, s.result.Warnings()...)
	}
	var once []Warning
	for _, w := range all {
		if !slices.Contains(once, w) {
			once = append(once, w)
		}
	}
	return once
}
