package election

// Certificate is the signature of the scrutineers on the result. It takes the
// 总监票人 and more than half of all.
type Certificate struct {
	Chain
	Result [32]byte // hash of the result entry
}

// ParseCertificate parses the body of a certificate entry.
func ParseCertificate(b []byte) (*Certificate, error) {
	d := newDecoder(b)
	c := &Certificate{Chain: decodeChain(d), Result: d.bytes32()}
	return finish(d, "certificate", c)
}

// Marshal returns the bytes of the body.
func (c *Certificate) Marshal() []byte {
	var w encoder
	c.Chain.encode(&w)
	w.bytes(c.Result[:])
	return w.sum()
}

func (c *Certificate) kind() Kind { return KindCertificate }

func (c *Certificate) signers(s *State) demand {
	d := s.scrutineers(len(s.ceremony.trustees.Scrutineers)/2 + 1)
	d.chief = true
	return d
}

func (c *Certificate) apply(s *State, at place) error {
	if err := at.demand(c.Result == s.resultHash, CheckCertificateResult, CausePlain, "names another result"); err != nil {
		return err
	}
	s.certificate = at.hash
	return nil
}
