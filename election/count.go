package election

import "fmt"

// Promises counts the promises given so far, rounded down, so that a restored
// backup cannot lose many ballots unseen (attack S2). It is the body of a count
// entry.
type Promises struct {
	Epoch uint32
	Given uint32
}

// ParsePromises parses the body of a count entry.
func ParsePromises(b []byte) (*Promises, error) {
	d := newDecoder(b)
	p := &Promises{Epoch: d.u32(), Given: d.u32()}
	return finish(d, "count", p)
}

// Marshal returns the bytes of the body.
func (p *Promises) Marshal() []byte {
	var w encoder
	w.AddUint32(p.Epoch)
	w.AddUint32(p.Given)
	return w.sum()
}

func (p *Promises) kind() Kind { return KindCount }

func (p *Promises) signers(s *State) demand { return s.logKey() }

func (p *Promises) apply(s *State, at place) error {
	if want := s.lastEpoch(); p.Epoch != want {
		return at.fail(CheckCountKept, because(CauseEpoch, fmt.Errorf("epoch %d, not %d", p.Epoch, want)))
	}
	if p.Given < s.epoch.promises {
		return at.fail(CheckCountKept, fmt.Errorf("%d promises after %d", p.Given, s.epoch.promises))
	}
	s.epoch.promises = p.Given
	return nil
}
