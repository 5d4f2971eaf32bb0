package election

// A Deputy is one sitting deputy as the office knows them. Nothing of it but
// the roll number enters the roll's commitment, and nothing at all enters a
// ballot.
type Deputy struct {
	Number     string // 代表证号, unique in the roll
	Name       string // 姓名
	Delegation string // 代表团
	Seat       string // 席位
	Sex        string // 性别
	Ethnicity  string // 民族
	LargeType  bool   // 大字: the terminal starts in large type
	Standing   Standing
}

// Standing says whether a deputy counts in N and is expected at the session.
type Standing uint8

const (
	Sitting Standing = iota // 在任
	Vacant                  // 出缺: the seat is empty, it has no leaf in the roll
	OnLeave                 // 请假: counts in N, is not expected
)
