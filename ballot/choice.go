package ballot

import "errors"

// Choice is what a person chose.
type Choice struct {
	// Marks has one mark per option. It may be empty if the whole ballot is
	// abstained from or spoiled.
	Marks []Mark

	// Abstain is 全部弃权. Where the ballot has no such position but every
	// option can be abstained from, it stands for abstaining from each.
	Abstain bool

	// Spoil is 作废此票, which goes together with nothing else.
	Spoil bool
}

var (
	errMarks     = errors.New("ballot: there must be one mark per option")
	errOffer     = errors.New("ballot: this vote does not offer such a mark")
	errExclusive = errors.New("ballot: abstaining from or spoiling the whole ballot excludes other marks")
)

// Fill turns a choice into one bit per position. It refuses what the limits do
// not allow, with a LimitError, and what the ballot does not offer.
func (g *Grid) Fill(c Choice) ([]bool, error) {
	marks, err := g.fullMarks(c)
	if err != nil {
		return nil, err
	}
	bits := make([]bool, len(g.Positions))
	for i, m := range marks {
		if err := g.fillMark(bits, i, m); err != nil {
			return nil, err
		}
	}
	if c.Abstain {
		if err := g.fillAbstain(bits); err != nil {
			return nil, err
		}
	}
	if c.Spoil {
		if err := g.set(bits, WholeBallot, Spoil); err != nil {
			return nil, err
		}
	}
	if err := g.checkBits(bits); err != nil {
		return nil, err
	}
	return bits, nil
}

// fullMarks returns one mark per option and refuses contradictions that the
// limits would not see, because a yna mark of abstention has no bit.
func (g *Grid) fullMarks(c Choice) ([]Mark, error) {
	if c.Abstain && c.Spoil {
		return nil, errExclusive
	}
	whole := c.Abstain || c.Spoil
	if len(c.Marks) == 0 && whole {
		return make([]Mark, g.Options()), nil
	}
	if len(c.Marks) != g.Options() {
		return nil, errMarks
	}
	for _, m := range c.Marks {
		if whole && m != None {
			return nil, errExclusive
		}
	}
	return c.Marks, nil
}

func (g *Grid) fillMark(bits []bool, option int, m Mark) error {
	if m == None || m == Abstain && g.judges(option) {
		return nil
	}
	return g.set(bits, option, m)
}

func (g *Grid) fillAbstain(bits []bool) error {
	if g.Index(WholeBallot, Abstain) >= 0 {
		return g.set(bits, WholeBallot, Abstain)
	}
	for i := range g.Options() {
		if err := g.fillMark(bits, i, Abstain); err != nil {
			return err
		}
	}
	return nil
}

// set never offers an option's spoiling or the whole ballot's For: those
// positions do not exist.
func (g *Grid) set(bits []bool, option int, m Mark) error {
	i := g.Index(option, m)
	if i < 0 {
		return errOffer
	}
	bits[i] = true
	return nil
}

// judges reports whether an option bears for or against, so that neither is
// an abstention.
func (g *Grid) judges(option int) bool {
	return g.Index(option, Against) >= 0
}

// Read is the inverse of Fill for bits that keep the limits. In the yna modes
// an option with neither bit reads as Abstain, unless the ballot is spoiled.
func (g *Grid) Read(bits []bool) Choice {
	c := Choice{Marks: make([]Mark, g.Options())}
	for i, p := range g.Positions {
		switch {
		case i >= len(bits) || !bits[i]:
		case p.Option != WholeBallot:
			c.Marks[p.Option] = p.Mark
		case p.Mark == Abstain:
			c.Abstain = true
		case p.Mark == Spoil:
			c.Spoil = true
		}
	}
	if !c.Spoil {
		g.readAbstentions(c.Marks)
	}
	return c
}

func (g *Grid) readAbstentions(marks []Mark) {
	for i, m := range marks {
		if m == None && g.judges(i) {
			marks[i] = Abstain
		}
	}
}
