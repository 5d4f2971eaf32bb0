package election

import "errors"

// Numbers are the five numbers of every screen, form and check, and U:
// N ≥ P ≥ I ≥ R = V + X (PROTOCOL.md, "Phases").
type Numbers struct {
	N uint32 `json:"n"` // 应到: sitting deputies
	P uint32 `json:"p"` // 实到: ever checked in
	I uint32 `json:"i"` // 发出: issued in the last epoch
	R uint32 `json:"r"` // 收回: ballots
	U uint32 `json:"u"` // handed in unused
	V uint32 `json:"v"` // 有效: valid ballots
	X uint32 `json:"x"` // 无效: deliberately spoiled ballots
}

// Unaccounted returns I − R − U: credentials neither used nor handed in. So
// many ghosts could hide if all issuers colluded.
func (n Numbers) Unaccounted() uint32 {
	if uint64(n.R)+uint64(n.U) > uint64(n.I) {
		return 0
	}
	return n.I - n.R - n.U
}

// Surplus reports R + U > I: the vote is void.
func (n Numbers) Surplus() bool {
	return uint64(n.R)+uint64(n.U) > uint64(n.I)
}

// check refuses numbers that no vote can have. That R exceeds I is possible,
// and makes the vote void.
func (n Numbers) check() error {
	return errors.Join(
		refuse(n.N > 0, "n", "there are no deputies"),
		refuse(n.P <= n.N, "p", "%d present of %d deputies", n.P, n.N),
		refuse(n.I <= n.P, "i", "%d issued to %d present", n.I, n.P),
		refuse(uint64(n.V)+uint64(n.X) == uint64(n.R), "v", "%d valid and %d spoiled are not %d", n.V, n.X, n.R),
	)
}
