package project

// Step is where a suggestion stands for the person who made it. It follows
// from the suggestion, its candidate and its project.
type Step uint8

// The steps: the way, then the ends off the way.
const (
	StepReceived    Step = 1 + iota // 已收到
	StepTransferred                 // 已转交
	StepStudied                     // 论证中
	StepTakenUp                     // 采纳
	StepCandidate                   // 入候选
	StepChosen                      // 入选
	StepUnderway                    // 实施
	StepAccepted                    // 验收
	StepRated                       // 评价

	StepSolved    // 当场解决, 办结
	StepDeclined  // 不采纳
	StepNotChosen // 未入选, 储备库
	StepEnded     // 终止

)

// Short is the step in four words: 反映 1, 转交 2, 办理 3, 见效 4.
func (x Step) Short() int {
	switch x {
	case StepReceived:
		return 1
	case StepTransferred:
		return 2
	case StepAccepted, StepRated, StepSolved:
		return 4
	}
	return 3
}

// Final reports whether nothing more will come of it.
func (x Step) Final() bool {
	return x == StepRated || x == StepSolved || x == StepDeclined || x == StepEnded
}

// Track is the way of a suggestion so far.
type Track struct {
	Step      Step
	Head      uint32 // the suggestion that speaks for it, itself if it is not bundled
	Candidate uint32 // that it stands behind, or 0
	Project   uint32 // that came of it, or 0
	Unit      uint32 // who has it, or 0
	Due       Date   // when the next answer is due, or 0
	Reason    Reason // of 不采纳
	Answer    Blob   // the latest text for the proposer, or zeros
}

// Track returns where a suggestion stands.
func (s *State) Track(number uint32) (Track, bool) {
	head := s.Head(number)
	x, ok := s.Suggestion(head)
	if !ok {
		return Track{}, false
	}
	t := Track{Head: head, Unit: x.Unit, Due: x.Due, Reason: x.Reason, Answer: x.Answer}
	switch x.Stage {
	case StageReceived:
		t.Step = StepReceived
	case StageTransferred:
		t.Step = StepTransferred
	case StageStudied:
		t.Step = StepStudied
	case StageDeclined:
		t.Step = StepDeclined
	case StageSolved:
		t.Step = StepSolved
	default:
		s.trackCandidate(&t, x.Candidate)
	}
	return t, true
}

func (s *State) trackCandidate(t *Track, number uint32) {
	t.Step = StepTakenUp
	c, ok := s.Candidate(number)
	for ok && c.Stage == StageMerged {
		number = c.Into
		c, ok = s.Candidate(number)
	}
	if !ok {
		return
	}
	t.Candidate, t.Project = number, c.Project
	switch c.Stage {
	case StageChosen:
		s.trackProject(t)
	case StageReserved:
		t.Step = StepNotChosen
	default:
		t.Step = StepCandidate
	}
}

func (s *State) trackProject(t *Track) {
	p := &s.projects[t.Project-1]
	t.Unit, t.Due = p.Lead, p.Due
	rated := p.Rating != nil && p.Rating.Grade != GradeBad
	switch p.Stage {
	case StageAdopted, StageOffered, StageObjected, StageTaken:
		t.Step = StepChosen
	case StageAccepted, StageClosed:
		t.Step = StepAccepted
		if rated {
			t.Step = StepRated
		}
	case StageTerminated:
		t.Step = StepEnded
	default:
		t.Step = StepUnderway
		t.Due = p.Task.Deadline
		if p.Due != 0 {
			t.Due = p.Due
		}
	}
}
