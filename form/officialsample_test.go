package form

import (
	"fmt"
	"testing"

	"piaojue/audit"
	"piaojue/election"
)

var sampleNames = []string{
	"老旧小区加装电梯补助", "社区助餐点建设", "中小学课桌椅更换和教室照明改造", "背街小巷路面和路灯修复", "公共停车泊位增设",
	"乡镇卫生院设备更新", "农村饮水管网改造", "普惠托育服务点建设", "口袋公园和健身步道建设", "公交线路优化和候车亭改造",
	"困难群众法律援助和心理热线", "集贸市场改造提升（含农村集市，执行 GB/T 33659-2017，明码标价设施覆盖率 100%）", "餐厨垃圾收运处理体系建设",
}

// sampleMinutes is a vote like that of a large congress: names that few fonts
// have, and one that is long.
func sampleMinutes(t *testing.T, change func(*election.Manifest), votes ...uint32) *minutes {
	t.Helper()
	rules := election.DefaultRules()
	m := &minutes{
		manifest: &election.Manifest{
			Suite: election.Suite, Origin: "piaojue.example/lz2026", Congress: "兰州市第十七届人民代表大会", Session: "第六次会议",
			Title: "2026年度民生实事项目票决", Date: "2026-01-23", Round: 1, Rules: rules, Deputies: 331, Trustees: 5, Threshold: 3,
			Issuers: []election.Issuer{{Name: "会务组"}, {Name: "监票组"}},
		},
		numbers: election.Numbers{N: 331, P: 304, I: 304, R: 302, U: 1, V: 298, X: 4},
		ready:   map[uint8]uint64{}, signed: map[election.Kind][]string{}, rests: map[election.Kind]basis{},
	}
	for i, name := range sampleNames {
		m.manifest.Options = append(m.manifest.Options, election.Option{ID: fmt.Sprintf("%02d", i+1), Name: name})
	}
	if change != nil {
		change(m.manifest)
	}
	m.hash = [32]byte{0x5f, 0x3c, 31: 9}
	in := election.Input{Rules: m.manifest.Rules, Numbers: m.numbers}
	for i, o := range m.manifest.Options {
		c := election.Count{ID: o.ID, For: votes[i%len(votes)]}
		c.Against = min(20, in.Numbers.V-c.For)
		c.Grades = [3]uint32{c.For, c.Against, 1}
		in.Counts = append(in.Counts, c)
	}
	m.result = &election.Result{Numbers: m.numbers, Trustees: []uint8{1, 2, 4}, Outcome: election.Adopt(in)}
	m.attend()
	m.happen()
	return m
}

var manyVotes = []uint32{271, 268, 255, 241, 239, 228, 215, 203, 190, 183, 171, 158, 97}

func (m *minutes) attend() {
	chief := election.Scrutineer{Name: "李𬭎", Delegation: "城关区代表团"}
	m.trustees = &election.Trustees{
		Scrutineers: []election.Scrutineer{
			chief, {Name: "王㛃", Delegation: "七里河区代表团"}, {Name: "阿依古丽·买买提", Delegation: "安宁区代表团"},
			{Name: "陈龑", Delegation: "永登县代表团"}, {Name: "马𫖯", Delegation: "榆中县代表团"},
		},
		Tellers: []election.Teller{{Name: "赵䶮"}, {Name: "孙小燕"}},
	}
	for i := range m.trustees.Scrutineers {
		m.ready[uint8(i+1)] = uint64(17 + i)
	}
	for i, a := range []struct{ size, present uint32 }{{290, 290}, {12, 302}, {2, 304}} {
		m.attendance = append(m.attendance, attended{
			&election.Attendance{Chain: election.Chain{Time: sampleTime + uint64(600*i)}, Indexes: make([]uint32, a.size), Present: a.present},
			uint64(23 + i), []string{"李𬭎", "王㛃"},
		})
	}
}

const sampleTime = 1769130000 // 2026年1月23日9时

func (m *minutes) happen() {
	at := uint64(22)
	rest := func(k election.Kind) {
		at += 3
		m.rests[k] = basis{manifest: m.hash, checkpoint: audit.Checkpoint{Origin: m.manifest.Origin, Size: at, Root: [32]byte{byte(at), 0xab, 31: 0x0f}}}
	}
	chain := election.Chain{Time: sampleTime + 3600}
	rest(election.KindAttendance)
	m.opening = &opened{&election.Opening{Chain: chain, Epoch: 1, Issuers: []uint8{0, 1}}, m.rests[election.KindAttendance]}
	rest(election.KindOpening)
	m.order = &election.Order{Chain: chain}
	rest(election.KindOrder)
	m.collection = &election.Collection{Chain: chain, Ballots: m.numbers.R}
	rest(election.KindCollection)
	rest(election.KindShare)
	rest(election.KindResult)
	m.certified = &election.Certificate{Chain: chain}
	rest(election.KindCertificate)
	m.announced = election.NewAnnouncement(chain, "公告\n（主席团的原文，有两行）")
	rest(election.KindAnnouncement)
	rest(election.KindArchive)
	m.signed[election.KindCollection] = []string{"李𬭎", "王㛃"}
	for i, id := range []string{"opening", "order", "collection", "share", "share", "share_bad", "share", "certificate", "announcement", "archive", "destruction", "destruction"} {
		e := event{id: id, about: words("t7.detail_share"), who: []string{"李𬭎", "阿依古丽·买买提"}, time: chain.Time + uint64(i*60), entry: uint64(30 + i)}
		if id == "share" || id == "destruction" {
			e.time, e.who = 0, e.who[1:]
		}
		m.events = append(m.events, e)
	}
}
