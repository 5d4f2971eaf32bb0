package project

// Channel says how a suggestion came.
type Channel uint8

// The channels.
const (
	ChannelWeb        Channel = 1 + iota // the open page
	ChannelPerson                        // 一人一码: the code of a deputy
	ChannelHome                          // 一家一码: the code of a station
	ChannelProject                       // 一事一码: the code of a project
	ChannelSuggestion                    // 一事一码: the code of a suggestion
	ChannelForm                          // 接待登记表, typed in at a station
	ChannelHotline                       // from the export of a hotline
	ChannelUnit                          // a department, 政协, 群团

	lastChannel = ChannelUnit
)

// Field is what a suggestion or project is about.
type Field uint8

// The fields.
const (
	FieldEducation Field = 1 + iota // 教育
	FieldHealth                     // 医疗卫生
	FieldElderly                    // 养老托幼
	FieldHousing                    // 住房与老旧小区
	FieldTraffic                    // 交通出行
	FieldWater                      // 供水供热供气
	FieldNature                     // 生态环境
	FieldCulture                    // 文化体育
	FieldSafety                     // 公共安全
	FieldWork                       // 就业创业
	FieldVillage                    // 农业农村
	FieldOther                      // 其他

	lastField = FieldOther
)

// Suggestion is a wish: 点单. The entry is made on receipt, before anybody
// judges it, so that none can vanish unseen; what it says stands beside the
// log and is shown after moderation only. Who wished, and how to reach them,
// is not in the log at all, not even as a hash: a hash of a telephone number
// is found by trying them all.
type Suggestion struct {
	Number   uint32
	Channel  Channel
	Source   uint32 // by channel: deputy (actor), station (unit), project, suggestion, or 0
	District uint32 // unit, or 0
	Field    Field
	People   uint32 // how many would benefit; 0 if not said
	Held     Date   // the day on which the wish was voiced
	Contact  bool   // the proposer can be reached, and wants an answer
	Text     Blob
	Photos   []Blob

	SuggestionCourse
}

// SuggestionCourse is what later entries made of a suggestion. It is no part
// of its entry.
type SuggestionCourse struct {
	Stage     Stage
	Shown     Shown
	Unit      uint32 // the department that has it, or 0
	Due       Date   // when the next answer is due
	Reason    Reason // of 不采纳
	Answer    Blob   // the latest text for the proposer, or zeros
	Lead      uint32 // the suggestion it is bundled with
	Size      uint32 // how many wishes it stands for, itself included
	Candidate uint32
	Events    []Event

	station uint32 // where it came in, or 0
}

// Kind says what entry it is.
func (*Suggestion) Kind() Kind { return KindSuggestion }

func (b *Suggestion) fields(c *codec) {
	c.number(&b.Number)
	enum(c, &b.Channel, lastChannel)
	c.u32(&b.Source)
	c.u32(&b.District)
	enum(c, &b.Field, lastField)
	c.u32(&b.People)
	c.date(&b.Held)
	c.flag(&b.Contact)
	c.blob(&b.Text, Pending)
	c.photos(&b.Photos, Pending)
}

func (b *Suggestion) about() []Ref { return []Ref{{NounSuggestion, b.Number}} }

func (b *Suggestion) check(s *State, at place) error {
	if b.Held > at.day {
		return fault(CodeDay, "voiced on %s, after %s", b.Held, at.day)
	}
	if err := s.maybeUnit(b.District, UnitDistrict); err != nil {
		return err
	}
	if err := b.checkChannel(at.by); err != nil {
		return err
	}
	return b.checkSource(s)
}

// checkChannel: the public comes by codes and the open page, a station and a
// deputy enter what was said to them.
func (b *Suggestion) checkChannel(by *Actor) error {
	ok := true
	switch by.Role {
	case RoleServer:
		ok = b.Channel <= ChannelSuggestion
	case RoleStation:
		ok = b.Channel == ChannelForm && b.Source == by.Unit
	case RoleDeputy:
		ok = b.Channel == ChannelPerson && b.Source == by.Number
	}
	if !ok {
		return fault(CodeOwn, "this %s cannot enter a suggestion that came this way", by.Role)
	}
	return nil
}

func (b *Suggestion) checkSource(s *State) error {
	ok := b.Source == 0
	switch b.Channel {
	case ChannelPerson:
		a, there := s.Actor(b.Source)
		ok = there && a.Role == RoleDeputy
	case ChannelHome, ChannelForm:
		return s.checkUnit(b.Source, UnitStation)
	case ChannelProject:
		_, ok = s.look(Ref{NounProject, b.Source})
	case ChannelSuggestion:
		_, ok = s.look(Ref{NounSuggestion, b.Source})
	}
	if !ok {
		return fault(CodeUnknown, "there is no source %d", b.Source)
	}
	return nil
}

func (b *Suggestion) apply(s *State, at place) {
	x := *b
	x.SuggestionCourse = SuggestionCourse{Stage: StageReceived, Size: 1, Due: at.day.Add(int(s.settings.TransferDays))}
	switch b.Channel {
	case ChannelPerson:
		x.station = s.actors[b.Source].Unit
		s.activities[b.Source].Suggestions++
	case ChannelHome, ChannelForm:
		x.station = b.Source
	}
	s.suggestions = append(s.suggestions, x)
	s.sums.Collected++
}

// Suggestion returns a suggestion.
func (s *State) Suggestion(number uint32) (Suggestion, bool) {
	return get(s.suggestions, number)
}

// Station returns the station where it came in, or 0.
func (b *Suggestion) Station() uint32 { return b.station }

// Shown is how much of a suggestion everybody may see.
type Shown uint8

// What is shown.
const (
	ShownNothing Shown = iota
	ShownText
	ShownAll // text and pictures

	lastShown = ShownAll
)

// Moderation says what of a suggestion everybody may see. Nothing else changes:
// what is hidden is handled like any other.
type Moderation struct {
	Suggestion uint32
	Shown      Shown
}

// Kind says what entry it is.
func (*Moderation) Kind() Kind { return KindModeration }

func (b *Moderation) fields(c *codec) {
	c.number(&b.Suggestion)
	choice(c, &b.Shown, lastShown)
}

func (b *Moderation) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (*Moderation) check(*State, place) error { return nil }

func (b *Moderation) apply(s *State, _ place) {
	x := &s.suggestions[b.Suggestion-1]
	x.Shown = b.Shown
	s.show(x.Text, b.Shown >= ShownText)
	for _, p := range x.Photos {
		s.show(p, b.Shown >= ShownAll)
	}
}

// show sets the visibility of a content that was moderated. What is withdrawn
// stays so.
func (s *State) show(b Blob, public bool) {
	h := s.blobs[b]
	if h.Visibility == Withdrawn {
		return
	}
	h.Visibility = Pending
	if public {
		h.Visibility = Public
	}
	s.blobs[b] = h
}

// Sums are counters over all suggestions.
type Sums struct {
	Collected   int // 收集
	Solved      int // 当场解决, 办结
	Transferred int // 转交
	TakenUp     int // 采纳
	Declined    int // 不采纳
}

// Sums returns the counters.
func (s *State) Sums() Sums { return s.sums }
