package main

// sampleCourse is how far one of the sample's projects has come. Its three
// milestones are preparation, building and handing over.
type sampleCourse struct {
	candidate  int    // place among the candidates, from 1
	committee  string // name of the unit that oversees it
	objections int    // of the department, before it accepts
	halt       halt
	ends       [3]int // last day of each milestone, in days from today
	percents   [3]int // as last reported
	outlook    string // as the form has it
	progress   string
	found      string // a problem that an inspection found; empty: none
	righted    bool   // and that was put right, checked again and struck
}

// halt is where a course stands today.
type halt int

const (
	haltTaken     halt = iota // the task book is due
	haltWorking               // reports come in
	haltAsked                 // and an inquiry was answered
	haltSuspended             // by a ruling of the standing committee
	haltDelivered             // acceptance is due
	haltRedone                // and members are not satisfied: to be done again
	haltAccepted              // and closed, for members are satisfied
)

const (
	cityCommittee   = "城乡建设环境资源工作委员会"
	socialCommittee = "社会建设工作委员会"
)

// sampleCourses have lights of all colours.
var sampleCourses = []sampleCourse{
	{1, cityCommittee, 0, haltAccepted, [3]int{-200, -60, -10}, [3]int{100, 100, 100}, "1",
		"200部电梯全部安装完成，经特种设备检验合格，交付使用。", "三号院电梯井道旁有积水，雨天要绕行。", true},
	{2, socialCommittee, 0, haltRedone, [3]int{-180, -50, -5}, [3]int{100, 100, 100}, "2",
		"60处助餐点全部开业，日均就餐4200人次。", "", false},
	{3, socialCommittee, 0, haltWorking, [3]int{-120, -8, 35}, [3]int{100, 100, 30}, "1",
		"课桌椅已全部更换，教室照明改造完成2100间。", "部分教室灯具安装偏低，黑板反光。", true},
	{4, cityCommittee, 0, haltWorking, [3]int{-150, -42, 30}, [3]int{100, 40, 0}, "2",
		"完成路面修复51条，路灯采购流标一次，正在重新招标。", "南后巷路面完工一个月又出现裂缝。", false},
	{5, cityCommittee, 0, haltSuspended, [3]int{-60, 30, 45}, [3]int{100, 20, 0}, "3",
		"已建成泊位900个，其余地块与地铁施工区域重叠。", "", false},
	{6, socialCommittee, 0, haltDelivered, [3]int{-150, -30, -3}, [3]int{100, 100, 100}, "1",
		"42所乡镇卫生院设备全部到位，培训操作人员180名。", "", false},
	{7, cityCommittee, 2, haltWorking, [3]int{-90, 12, 42}, [3]int{100, 60, 0}, "1",
		"更换管网158公里，其余管线受冻土影响，进度放缓。", "", false},
	{8, socialCommittee, 0, haltWorking, [3]int{-80, 20, 45}, [3]int{100, 85, 0}, "1",
		"新建托育机构5所，社区托育点24处，新增托位1900个。", "两处托育点的户外场地没有围栏。", false},
	{9, cityCommittee, 0, haltAsked, [3]int{-150, -20, 40}, [3]int{100, 100, 45}, "1",
		"口袋公园全部建成，健身步道贯通38公里。", "", false},
	{10, cityCommittee, 0, haltTaken, [3]int{}, [3]int{}, "", "", "", false},
	{11, socialCommittee, 0, haltWorking, [3]int{-150, -10, 40}, [3]int{100, 100, 45}, "1", "已办理法律援助3600件，热线接听2.1万次。", "", false},
	{12, cityCommittee, 0, haltWorking, [3]int{-150, -10, 40}, [3]int{100, 100, 45}, "1", "18个市场改造完成，4个正在收尾。", "", false},
	{13, cityCommittee, 0, haltWorking, [3]int{-150, -10, 40}, [3]int{100, 100, 45}, "1", "处理厂建成试运行，小区投放点改造820处。", "", false},
}

// courseOf returns the course of a candidate. Beyond the thirteen, they are as
// those of the same name in other districts.
func courseOf(option int) sampleCourse { return sampleCourses[option%len(sampleCourses)] }
