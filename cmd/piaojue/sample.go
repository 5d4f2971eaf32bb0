package main

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"

	"piaojue/election"
	"piaojue/form"
)

// The sample congress of the demo is fictitious, and says so: 示例市 is no
// place. Its size, 331 deputies of whom 27 are on leave, its 13 candidates and
// its rule are those of a real session.

//go:embed sample/candidates.csv
var sampleCandidates []byte

const (
	surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
	given    = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春梅建国志文海燕永红晓东小红雪峰云飞宏亮思远佳慧子轩雨桐梓涵浩然欣怡俊宇诗涵一鸣若曦启航静怡国强振华淑珍凤英长江立新"
)

var sampleDelegations = []string{
	"城东区代表团", "城西区代表团", "河口区代表团", "新安区代表团", "榆林县代表团", "平川县代表团", "高台县代表团", "驻市部队代表团",
}

// rareNames are real cases that break systems: characters beyond the first
// plane, extension blocks, and names with a middle dot.
var rareNames = []string{"阿依古丽·买买提", "龑宇", "李㛃", "陈𬭎", "马哈木德"}

// sampleRoll returns a roll of so many deputies, of whom about one in twelve
// is on leave: 27 of 331.
func sampleRoll(deputies int, rnd *rand.Rand) []election.Deputy {
	roll := make([]election.Deputy, deputies)
	for i := range roll {
		roll[i] = sampleDeputy(i, rnd)
	}
	for _, i := range rnd.Perm(deputies)[:deputies*27/331] {
		roll[i].Standing = election.OnLeave
	}
	return roll
}

func sampleDeputy(i int, rnd *rand.Rand) election.Deputy {
	d := election.Deputy{
		Number:     fmt.Sprintf("SL%04d", i+1),
		Name:       sampleName(i, rnd),
		Delegation: sampleDelegations[i%len(sampleDelegations)],
		Seat:       fmt.Sprintf("%d排%d座", i/20+1, i%20+1),
		Sex:        "男",
		Ethnicity:  "汉族",
		LargeType:  rnd.IntN(3) == 0,
	}
	if rnd.IntN(3) == 0 {
		d.Sex = "女"
	}
	if rnd.IntN(9) == 0 {
		d.Ethnicity = "回族"
	}
	return d
}

func sampleName(i int, rnd *rand.Rand) string {
	if i%67 == 66 {
		return rareNames[i/67%len(rareNames)]
	}
	family, first := []rune(surnames), []rune(given)
	name := []rune{family[rnd.IntN(len(family))]}
	for range 1 + rnd.IntN(2) {
		name = append(name, first[rnd.IntN(len(first))])
	}
	return string(name)
}

// sampleOptions returns so many candidates: the thirteen of the file, and
// beyond them the same again for other districts.
func sampleOptions(n int) ([]election.Option, error) {
	options, err := form.ReadCandidates(sampleCandidates)
	if err != nil {
		return nil, err
	}
	base := len(options)
	for i := base; i < n; i++ {
		o := options[i%base]
		o.ID = fmt.Sprintf("%02d", i+1)
		o.Name += fmt.Sprintf("（%s）", strings.TrimSuffix(sampleDelegations[i/base%len(sampleDelegations)], "代表团"))
		if i/base >= len(sampleDelegations) {
			o.Name += fmt.Sprint(i / base)
		}
		options = append(options, o)
	}
	return options[:n], nil
}
