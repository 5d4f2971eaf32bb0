package web

import (
	"piaojue/project"
)

// wishTrack is the way of a wish, as the person who made it sees it.
type wishTrack struct {
	Steps   []trackStep
	Step    uint8 // where it stands
	Final   bool
	Head    uint32 // another wish that it goes with; 0: none
	Size    uint32 // how many wishes go together
	Unit    string // who has it
	Due     project.Date
	Late    int  // days over the deadline; 0: in time
	Work    bool // what is due is work, not an answer
	Reason  uint8
	Answer  project.Blob
	Project uint32
	Title   string // of the project
}

// trackStep is a step of the way: what is done, where it stands, what comes.
type trackStep struct {
	ID   uint8 // wish.way_<ID>
	Day  project.Date
	Done bool
	Now  bool
}

// newWishTrack follows a wish through its bundle, candidate and project.
func newWishTrack(state *project.State, number uint32, today project.Date) *wishTrack {
	t, ok := state.Track(number)
	if !ok {
		return nil
	}
	unit, _ := state.Unit(t.Unit)
	x := &wishTrack{
		Step: uint8(t.Step), Final: t.Step.Final(), Unit: unit.Name, Reason: uint8(t.Reason), Answer: t.Answer, Project: t.Project,
		Work: t.Step == project.StepUnderway,
	}
	if t.Head != number {
		x.Head = t.Head
	}
	head, _ := state.Suggestion(t.Head)
	x.Size = head.Size
	if !x.Final {
		x.Due = t.Due
	}
	if x.Due.Past(today) {
		x.Late = today.Sub(x.Due)
	}
	if p, ok := state.Project(t.Project); ok {
		x.Title = p.Title
	}
	x.Steps = trackSteps(t.Step, trackDays(state, number, &t))
	return x
}

// ways are the steps that lead to each end off the way.
var ways = map[project.Step][]project.Step{
	project.StepSolved:    {project.StepReceived, project.StepTransferred, project.StepStudied, project.StepSolved},
	project.StepDeclined:  {project.StepReceived, project.StepTransferred, project.StepStudied, project.StepDeclined},
	project.StepNotChosen: {project.StepReceived, project.StepTransferred, project.StepStudied, project.StepTakenUp, project.StepCandidate, project.StepNotChosen},
	project.StepEnded:     {project.StepReceived, project.StepTransferred, project.StepStudied, project.StepTakenUp, project.StepCandidate, project.StepChosen, project.StepUnderway, project.StepEnded},
}

// usual is the way that ends well.
var usual = []project.Step{
	project.StepReceived, project.StepTransferred, project.StepStudied, project.StepTakenUp, project.StepCandidate,
	project.StepChosen, project.StepUnderway, project.StepAccepted, project.StepRated,
}

// trackSteps shows the way with what is still to come. Of what is past, steps
// that this wish never took are left out.
func trackSteps(now project.Step, days map[project.Step]project.Date) (steps []trackStep) {
	way, ok := ways[now]
	if !ok {
		way = usual
	}
	past := true
	for _, step := range way {
		x := trackStep{ID: uint8(step), Day: days[step], Done: past && step != now, Now: step == now}
		past = past && step != now
		skipped := step == project.StepTransferred || step == project.StepStudied
		if x.Done && skipped && x.Day == 0 {
			continue
		}
		if !x.Done && !x.Now {
			x.Day = 0
		}
		steps = append(steps, x)
	}
	return steps
}

// trackDays finds on which days the steps were taken.
func trackDays(state *project.State, number uint32, t *project.Track) map[project.Step]project.Date {
	days := map[project.Step]project.Date{}
	own, _ := state.Suggestion(number)
	head, _ := state.Suggestion(t.Head)
	noteDays(days, head.Events, map[project.Kind][]project.Step{
		project.KindTransfer: {project.StepTransferred}, project.KindStudy: {project.StepStudied},
		project.KindVerdict: {project.StepTakenUp, project.StepDeclined}, project.KindSolution: {project.StepSolved},
	})
	if len(own.Events) > 0 {
		days[project.StepReceived] = own.Events[0].Day
	}
	c, _ := state.Candidate(t.Candidate)
	noteDays(days, c.Events[:min(1, len(c.Events))], map[project.Kind][]project.Step{project.KindCandidate: {project.StepCandidate}})
	p, _ := state.Project(t.Project)
	if len(p.Events) > 0 {
		days[project.StepChosen] = p.Events[0].Day
	}
	noteDays(days, p.Events, map[project.Kind][]project.Step{
		project.KindTask: {project.StepUnderway}, project.KindAcceptance: {project.StepAccepted}, project.KindRating: {project.StepRated},
	})
	return days
}

func noteDays(days map[project.Step]project.Date, events []project.Event, steps map[project.Kind][]project.Step) {
	for _, e := range events {
		for _, step := range steps[e.Kind] {
			days[step] = e.Day
		}
	}
}
