package election

import "fmt"

// Order ends the vote (截止). It names a checkpoint that its signers saw.
type Order struct {
	Chain
	Epoch uint32
	Size  uint64
	Root  [32]byte
}

// ParseOrder parses the body of an order entry.
func ParseOrder(b []byte) (*Order, error) {
	d := newDecoder(b)
	o := &Order{Chain: decodeChain(d), Epoch: d.u32(), Size: d.u64(), Root: d.bytes32()}
	return finish(d, "order", o)
}

// Marshal returns the bytes of the body.
func (o *Order) Marshal() []byte {
	var w encoder
	o.Chain.encode(&w)
	w.AddUint32(o.Epoch)
	w.AddUint64(o.Size)
	w.bytes(o.Root[:])
	return w.sum()
}

func (o *Order) kind() Kind { return KindOrder }

func (o *Order) signers(s *State) demand { return s.organizers() }

func (o *Order) apply(s *State, at place) error {
	if want := s.lastEpoch(); o.Epoch != want {
		return at.fail(CheckCloseOrder, because(CauseEpoch, fmt.Errorf("epoch %d, not %d", o.Epoch, want)))
	}
	s.box = newBox(at.hash, len(s.grid.Positions))
	s.epoch.signed.Close()
	return nil
}

func (o *Order) tree() (size uint64, root [32]byte) { return o.Size, o.Root }
