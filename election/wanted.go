package election

// Signer is somebody whose signature an entry may need, with the key that
// verifies it.
type Signer struct {
	Role  Role
	Index uint8
	Key   [32]byte
}

// Wanted says whose signatures an entry must bear: those of all signers, or, if
// Quorum is set, those of so many of them or more, the first one included if
// Chief is set, or, if Each is set, those of so many or more of each role.
type Wanted struct {
	Signers []Signer
	Quorum  int
	Chief   bool
	Each    map[Role]int
}

// Wanted returns who must sign an entry that could come now, so that a server
// can collect the signatures. It makes the checks that Apply makes before it
// looks at signatures, and returns their *CheckError.
func (s *State) Wanted(e *Entry) (Wanted, error) {
	at := place{index: s.size}
	b, err := s.checkForm(e, at)
	if err != nil {
		return Wanted{}, err
	}
	if err := s.checkPhase(e.Kind, at); err != nil {
		return Wanted{}, err
	}
	if err := s.checkChain(b, at); err != nil {
		return Wanted{}, err
	}
	d := b.signers(s)
	w := Wanted{Quorum: d.quorum, Chief: d.chief, Each: d.each}
	for _, x := range d.signers {
		w.Signers = append(w.Signers, Signer{Role: x.role, Index: x.index, Key: x.key})
	}
	return w, nil
}
