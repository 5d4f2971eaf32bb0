package main

import (
	"math/rand/v2"

	"piaojue/ballot"
	"piaojue/election"
)

// scenario is what the demo plays. The same seed gives the same deputies and
// the same choices; keys and ballots are fresh each time.
type scenario struct {
	deputies   int // N
	candidates int
	choose     int // k
	trustees   int
	threshold  int
	paper      int // deputies who vote on paper
	seed       uint64
	grades     []ballot.Mark // what most think of each project; nil: they choose among candidates
}

func (s scenario) check() error {
	switch {
	case s.deputies < 12 || s.deputies > 16000:
		return misuse("demo_number", "--deputies", 12, 16000)
	case s.candidates < 2 || s.candidates > 40:
		return misuse("demo_number", "--candidates", 2, 40)
	case s.choose < 1 || s.choose > s.candidates:
		return misuse("demo_choose", s.candidates)
	case s.paper < 0 || s.paper > s.deputies/3: // the others must be enough to open
		return misuse("demo_number", "--paper", 0, s.deputies/3)
	case s.trustees < 2 || s.trustees > 35:
		return misuse("demo_number", "--trustees", 2, 35)
	case s.threshold < 2 || s.threshold > s.trustees || 2*s.threshold <= s.trustees:
		return misuse("demo_threshold", s.trustees/2+1, s.trustees)
	}
	return nil
}

func (s scenario) rand(purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, purpose))
}

// deed is what a deputy does at the terminal, beside choosing.
type deed int

const (
	castsPlainly     deed = iota
	challengesFirst       // has a sealed ballot opened, then casts a fresh one
	losesAnswer           // the connection breaks after the ballot is sent
	changesTerminal       // the terminal dies between credential and ballot
	repeatsElsewhere      // goes to a second terminal after casting
)

// visit is one deputy at the ballot box.
type visit struct {
	badge  int // place in the list of badges
	choice ballot.Choice
	deed   deed
}

// visits returns what those present do, in a random order. One in 40 abstains,
// one in 70 spoils the ballot.
func (s scenario) visits(present []int) []visit {
	rnd := s.rand(2)
	visits := make([]visit, len(present))
	for i, badge := range present {
		visits[i] = visit{badge: badge, choice: s.choice(i, rnd)}
	}
	for i := range visits {
		switch i {
		case 3, 17, len(visits) / 2, len(visits) - 1:
			visits[i].deed = challengesFirst
		case 5:
			visits[i].deed = losesAnswer
		case 7:
			visits[i].deed = changesTerminal
		case 9:
			visits[i].deed = repeatsElsewhere
		}
	}
	rnd.Shuffle(len(visits), func(i, j int) { visits[i], visits[j] = visits[j], visits[i] })
	return visits
}

// choice draws a deputy's choice. The first k candidates are liked by most,
// so that the vote has a result.
func (s scenario) choice(i int, rnd *rand.Rand) ballot.Choice {
	switch {
	case i%40 == 11:
		return ballot.Choice{Abstain: true}
	case i%70 == 23:
		return ballot.Choice{Spoil: true}
	}
	if s.grades != nil {
		return s.grade(i)
	}
	c := ballot.Choice{Marks: make([]ballot.Mark, s.candidates)}
	marked := 0
	for _, o := range rnd.Perm(s.candidates) {
		if marked < s.choose && rnd.Float64() < s.liking(o) {
			c.Marks[o] = ballot.For
			marked++
		}
	}
	if marked == 0 {
		c.Marks[rnd.IntN(s.candidates)] = ballot.For
	}
	return c
}

// liking falls from 0.97 to 0.72 over the first k candidates, and from 0.42 to
// 0.22 over the others.
func (s scenario) liking(option int) float64 {
	if option < s.choose {
		return 0.97 - 0.25*float64(option)/float64(s.choose)
	}
	return 0.42 - 0.20*float64(option-s.choose)/float64(s.candidates-s.choose)
}

// rules are those of the sample: at most k of the candidates, adopted by more
// than half of all deputies.
func (s scenario) rules() (election.Rules, error) {
	if s.grades != nil {
		return election.Satisfaction.Rules(s.candidates, 0)
	}
	return election.SelectMajority.Rules(s.candidates, s.choose)
}
