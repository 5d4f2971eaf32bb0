package election

// notice is an order or announcement in words.
type notice struct {
	Chain
	Text string // may have several lines
}

func decodeNotice(d *decoder) notice {
	return notice{Chain: decodeChain(d), Text: d.lines16()}
}

// Marshal returns the bytes of the body.
func (n *notice) Marshal() []byte {
	var w encoder
	n.Chain.encode(&w)
	w.text16(n.Text)
	return w.sum()
}

func (n *notice) apply(*State, place) error { return nil }

// Announcement is the 公告 of the presidium.
type Announcement struct{ notice }

// Suspend interrupts the vote, Resume continues it, and Void ends it for good:
// nothing of it will ever be opened.
type (
	Suspend struct{ notice }
	Resume  struct{ notice }
	Void    struct{ notice }
)

// NewAnnouncement returns the body of an announcement entry.
func NewAnnouncement(c Chain, text string) *Announcement { return &Announcement{notice{c, text}} }

// NewSuspend returns the body of a suspend entry.
func NewSuspend(c Chain, reason string) *Suspend { return &Suspend{notice{c, reason}} }

// NewResume returns the body of a resume entry.
func NewResume(c Chain, reason string) *Resume { return &Resume{notice{c, reason}} }

// NewVoid returns the body of a void entry.
func NewVoid(c Chain, reason string) *Void { return &Void{notice{c, reason}} }

// ParseAnnouncement parses the body of an announcement entry.
func ParseAnnouncement(b []byte) (*Announcement, error) {
	d := newDecoder(b)
	return finish(d, "announcement", &Announcement{decodeNotice(d)})
}

// ParseSuspend parses the body of a suspend entry.
func ParseSuspend(b []byte) (*Suspend, error) {
	d := newDecoder(b)
	return finish(d, "suspend", &Suspend{decodeNotice(d)})
}

// ParseResume parses the body of a resume entry.
func ParseResume(b []byte) (*Resume, error) {
	d := newDecoder(b)
	return finish(d, "resume", &Resume{decodeNotice(d)})
}

// ParseVoid parses the body of a void entry.
func ParseVoid(b []byte) (*Void, error) {
	d := newDecoder(b)
	return finish(d, "void", &Void{decodeNotice(d)})
}

func (*Announcement) kind() Kind { return KindAnnouncement }
func (*Suspend) kind() Kind      { return KindSuspend }
func (*Resume) kind() Kind       { return KindResume }
func (*Void) kind() Kind         { return KindVoid }

func (*Announcement) signers(s *State) demand { return s.presidium() }
func (*Suspend) signers(s *State) demand      { return s.organizers() }
func (*Resume) signers(s *State) demand       { return s.organizers() }
func (*Void) signers(s *State) demand         { return s.organizers() }

// apply notes where the announcement stands: the archive must cover it.
func (*Announcement) apply(s *State, at place) error {
	s.announcement = at.index
	return nil
}
