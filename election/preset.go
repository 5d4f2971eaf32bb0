package election

import (
	"fmt"

	"piaojue/ballot"
)

// Preset identifies a set of rules that is named by its rule, not by a place.
// What people read as its name is in package lang.
type Preset string

// The presets.
const (
	SelectMajority  Preset = "select_majority"  // 差额圈选·全体过半数
	JudgeMajority   Preset = "judge_majority"   // 逐项表决·全体过半数
	JudgeCapped     Preset = "judge_capped"     // 逐项表决·限额
	SelectPlurality Preset = "select_plurality" // 差额圈选·得票多者
	ChooseOne       Preset = "choose_one"       // 方案选一
	Satisfaction    Preset = "satisfaction"     // 满意度测评
)

// Presets returns all presets in the order in which they are offered.
func Presets() []Preset {
	return []Preset{SelectMajority, JudgeMajority, JudgeCapped, SelectPlurality, ChooseOne, Satisfaction}
}

// Rules returns the rules of the preset for n options and k seats. ChooseOne
// and Satisfaction fix the number of seats and ignore k.
func (p Preset) Rules(n, k int) (Rules, error) {
	r := DefaultRules()
	r.CandidatesN, r.WinnersK, r.MaxMarks = n, k, k
	switch p {
	case SelectMajority:
	case JudgeMajority:
		r.BallotMode = ballot.YNAEach
	case JudgeCapped:
		r.BallotMode = ballot.YNACapped
	case SelectPlurality:
		r.Base = BaseNone
	case ChooseOne:
		r.BallotMode, r.WinnersK, r.MaxMarks = ballot.Choose1, 1, 1
	case Satisfaction:
		r.satisfaction()
	default:
		return Rules{}, fmt.Errorf("election: no preset %q", p)
	}
	return r, r.Check(1)
}

func (r *Rules) satisfaction() {
	r.BallotMode, r.WinnersK, r.MaxMarks = ballot.Satisfaction3, 0, 1
	r.Shortfall = ShortfallLeave
	r.Grades = Grades{"满意", "基本满意", "不满意"}
}
