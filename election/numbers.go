package election

import "errors"

// Numbers are the five numbers of every screen, form and check, and U:
// N ≥ P ≥ I ≥ R = V + X (PROTOCOL.md, "Phases").
type Numbers struct {
	N uint32 `json:"n"` // 应到: sitting deputies
	P uint32 `json:"p"` // 实到: ever checked in
	I uint32 `json:"i"` // 发出: issued in the last epoch, on paper too
	R uint32 `json:"r"` // 收回: ballots, on paper too
	U uint32 `json:"u"` // handed in unused
	V uint32 `json:"v"` // 有效: valid ballots
	X uint32 `json:"x"` // 无效: deliberately spoiled ballots, and invalid sheets

	Sheets uint32 `json:"sheets"` // of I, handed out on paper
	Paper  uint32 `json:"paper"`  // of R, collected on paper
}

// Electronic returns how many credentials were issued, and how many ballots
// were cast with them.
func (n Numbers) Electronic() (issued, ballots uint32) {
	return n.I - min(n.Sheets, n.I), n.R - min(n.Paper, n.R)
}

// Unaccounted returns how many credentials were neither used nor handed in. So
// many ghosts could hide if all issuers colluded.
func (n Numbers) Unaccounted() uint32 {
	issued, ballots := n.Electronic()
	return uint32(max(0, int64(issued)-int64(ballots)-int64(n.U)))
}

// Surplus reports that more came back than was given out, at terminals or on
// paper: the vote is void. One channel cannot hide the surplus of the other.
func (n Numbers) Surplus() bool {
	issued, ballots := n.Electronic()
	return uint64(ballots)+uint64(n.U) > uint64(issued) || n.Paper > n.Sheets
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
