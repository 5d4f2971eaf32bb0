package main

// The people of the sample congress who look after projects, and what the
// people of 示例市 ask for. All of it is made up.

// sampleUnit is a place, department, committee or station.
type sampleUnit struct {
	kind   string // as the form of a unit has it
	name   string
	parent string // name of the unit it belongs to
	role   string // as the form of an actor has it; empty: nobody acts for it
	person string // ID of the account; empty: none
}

const (
	unitDistrict   = "1"
	unitDepartment = "2"
	unitCommittee  = "3"
	unitStation    = "4"

	actsStation    = "3"
	actsDeputy     = "4"
	actsCommittee  = "5"
	actsDepartment = "6"
)

// sampleUnits stand with parents first. The departments are those of the
// candidates.
var sampleUnits = []sampleUnit{
	{kind: unitDistrict, name: "城东区"},
	{kind: unitDistrict, name: "城西区"},
	{kind: unitDistrict, name: "河口区"},
	{kind: unitDistrict, name: "新安区"},
	{kind: unitDistrict, name: "榆林县"},
	{kind: unitDistrict, name: "平川县"},
	{kind: unitDistrict, name: "高台县"},
	{kind: unitDistrict, name: "经济技术开发区"},
	{unitDepartment, "市住房和城乡建设局", "", actsDepartment, "housing"},
	{unitDepartment, "市民政局", "", actsDepartment, "civil"},
	{unitDepartment, "市教育局", "", actsDepartment, "education"},
	{unitDepartment, "市城市管理委员会", "", actsDepartment, "streets"},
	{unitDepartment, "市卫生健康委员会", "", actsDepartment, "health"},
	{unitDepartment, "市水务局", "", actsDepartment, "water"},
	{unitDepartment, "市林业和草原局", "", actsDepartment, "forestry"},
	{unitDepartment, "市交通运输委员会", "", actsDepartment, "transport"},
	{unitDepartment, "市司法局", "", actsDepartment, "justice"},
	{unitDepartment, "市商务局", "", actsDepartment, "commerce"},
	{unitDepartment, "市生态环境局", "", actsDepartment, "environment"},
	{unitCommittee, "城乡建设环境资源工作委员会", "", actsCommittee, "committee_city"},
	{unitCommittee, "社会建设工作委员会", "", actsCommittee, "committee_social"},
	{unitCommittee, "财政经济工作委员会", "", actsCommittee, "committee_finance"},
	{unitStation, "东岗代表之家", "城东区", actsStation, "station_east"},
	{unitStation, "西湖代表之家", "城西区", actsStation, ""},
	{unitStation, "河口代表工作站", "河口区", actsStation, ""},
	{unitStation, "新安代表工作站", "新安区", actsStation, ""},
	{unitStation, "榆林代表之家", "榆林县", actsStation, ""},
	{unitStation, "平川代表工作站", "平川县", actsStation, ""},
	{unitStation, "高台代表之家", "高台县", actsStation, ""},
	{unitStation, "开发区代表联络站", "经济技术开发区", actsStation, ""},
}

// sampleOrgans act without a unit.
var sampleOrgans = []struct{ role, name, person string }{
	{"7", "示例市人民政府办公室", "government"},
	{"8", "中共示例市委办公室", "party"},
	{"9", "示例市人大常委会", "standing"},
	{"10", "大会主席团", "presidium"},
}

const (
	sampleDeputies = 12 // who act about projects, the first of the roll
	sampleSignedIn = 3  // of them, who have accounts
)

// samplePeople is how many each of the thirteen candidates serves.
var samplePeople = [...]int{19_200, 36_000, 98_000, 120_000, 60_000, 510_000, 126_000, 7_200, 400_000, 800_000, 30_000, 150_000, 700_000}

// sampleWish is what somebody asks for.
type sampleWish struct {
	candidate       int    // place among the candidates of what became of it, from 1; 0: none
	field           string // as the form has it
	district        string
	thing, place    string
	why             string
	people          string
	reason, refusal string // number of the reason of 不采纳, and the answer
	solved          string // what the office did at once
	photo           bool
	typed           bool // by a station, for somebody who came there
}

// sampleWishes: those of one candidate follow each other, and the first of them
// leads.
var sampleWishes = []sampleWish{
	{candidate: 1, field: "4", district: "城东区", thing: "我们楼六层没有电梯，十几位老人下不了楼，请支持加装电梯。", place: "东岗街道三号院", why: "有三位老人半年没有下过楼。", people: "240", photo: true},
	{candidate: 1, field: "4", district: "城西区", thing: "老楼加装电梯，希望补助手续能简单一些。", place: "西湖街道建设巷", why: "跑了四个部门还没有办完。", people: "180"},
	{candidate: 1, field: "4", district: "城东区", thing: "五单元住户都同意加装电梯，请帮着办手续。", people: "120", typed: true},
	{candidate: 1, field: "4", district: "新安区", thing: "腿脚不好，上下五楼要歇三次，盼着装电梯。", people: "60", typed: true},
	{candidate: 2, field: "3", district: "城东区", thing: "社区老人吃午饭难，请办一个食堂。", place: "东岗街道", why: "子女上班，独居老人常常一顿饭吃两天。", people: "600"},
	{candidate: 2, field: "3", district: "新安区", thing: "请在我们社区设助餐点，走路十分钟能到就好。", place: "新安路社区", people: "350"},
	{candidate: 2, field: "3", district: "城东区", thing: "食堂饭菜能不能软一些、便宜一些。", people: "200", typed: true},
	{candidate: 3, field: "1", district: "榆林县", thing: "孩子的课桌高矮不能调，教室灯光太暗。", place: "榆林县第二小学", why: "班里一半孩子戴上了眼镜。", people: "1200", photo: true},
	{candidate: 3, field: "1", district: "平川县", thing: "学校课桌太旧，孩子坐着驼背。", people: "800", typed: true},
	{candidate: 4, field: "5", district: "城西区", thing: "背街小巷路灯不亮，路面坑洼，晚上老人摔倒过两次。", place: "西湖街道南后巷", people: "900", photo: true},
	{candidate: 4, field: "5", district: "河口区", thing: "巷子里井盖缺了一个多月，请修一修。", place: "河口区车站后街", people: "400"},
	{candidate: 4, field: "5", district: "城东区", thing: "我家门口的路灯坏了两年。", people: "150", typed: true},
	{candidate: 5, field: "5", district: "城东区", thing: "医院门口停车要等一个小时，请增加停车位。", place: "市第一医院周边", people: "3000"},
	{candidate: 5, field: "5", district: "城东区", thing: "小区周边没有停车位，消防车进不来。", people: "1300", typed: true},
	{candidate: 6, field: "2", district: "平川县", thing: "乡镇卫生院拍不了片子，看个骨折要跑到县城。", place: "平川县红柳镇", people: "8000"},
	{candidate: 6, field: "2", district: "榆林县", thing: "卫生院没有彩超，孕妇检查要去县里。", people: "2600", typed: true},
	{candidate: 7, field: "6", district: "高台县", thing: "村里自来水夏天总停，水管是三十年前的。", place: "高台县上坝村", why: "停水最长的一次有九天。", people: "1600", photo: true},
	{candidate: 7, field: "6", district: "榆林县", thing: "饮水有味道，请检测水质，更换管道。", place: "榆林县石沟村", people: "700"},
	{candidate: 7, field: "6", district: "高台县", thing: "二组的水管冬天总冻裂。", people: "420", typed: true},
	{candidate: 8, field: "3", district: "新安区", thing: "双职工家庭孩子没人带，希望有便宜的托育点。", place: "新安区", people: "500"},
	{candidate: 8, field: "3", district: "城东区", thing: "上班早，托育点能不能七点开门。", people: "90", typed: true},
	{candidate: 9, field: "8", district: "城西区", thing: "附近没有能散步的地方，请修一个小公园。", place: "西湖街道", people: "2000"},
	{candidate: 9, field: "8", district: "经济技术开发区", thing: "河边的路断了，请接通健身步道。", place: "开发区滨河段", people: "1500"},
	{candidate: 9, field: "8", district: "城东区", thing: "公园里请多放几把椅子。", people: "700", typed: true},
	{candidate: 10, field: "5", district: "经济技术开发区", thing: "下班后没有公交车，候车的地方没有顶棚。", place: "开发区产业园", people: "4000"},
	{candidate: 10, field: "5", district: "河口区", thing: "早班公交太少，挤不上去。", people: "1800", typed: true},
	{candidate: 11, field: "9", district: "河口区", thing: "欠薪打官司请不起律师，希望有法律援助。", place: "河口区", people: "300"},
	{candidate: 12, field: "12", district: "城东区", thing: "菜市场下雨就积水，秤也不准。", place: "东岗集贸市场", people: "2500"},
	{candidate: 12, field: "12", district: "城东区", thing: "菜市场没有厕所。", people: "2500", typed: true},
	{candidate: 13, field: "7", district: "城西区", thing: "小区厨余垃圾没人收，夏天气味很大。", place: "西湖街道", people: "1100"},
	{candidate: 13, field: "7", district: "城东区", thing: "厨余桶满了没人换。", people: "600", typed: true},
	{field: "12", district: "城东区", thing: "请给我们单位新建一座办公楼。", reason: "1", refusal: "办公楼等楼堂馆所不属于民生实事项目，不予采纳。感谢您关心城市建设。"},
	{field: "5", district: "平川县", thing: "请把高速公路修到我们村口。", reason: "9", refusal: "高速公路由省里规划建设，不属市级职权。我们已把您的意见转给省交通运输厅。"},
	{field: "9", district: "城东区", thing: "幼儿园门口的斑马线磨没了。", place: "东岗幼儿园", solved: "已请交警部门在三天内重新画线，并加装了一块减速提示牌。"},
	{field: "2", district: "榆林县", thing: "请在村卫生室备一些常用的儿童药。", place: "榆林县石沟村"},
}
