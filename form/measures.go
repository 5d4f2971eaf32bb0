package form

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// Measures is what the draft of a 票决办法 is made of: the rules, and what else
// stands in the manifest. A zero number is not known yet and leaves a line to
// write on.
type Measures struct {
	Congress, Session, Title string
	Word                     string // what a vote is called there, if not 票决
	Rules                    election.Rules
	Round                    uint8
	Deputies                 uint32
	Trustees, Threshold      uint8
	MinBallots               uint32
}

// Article is a 条 of the measures.
type Article struct {
	Number    string // 第一条
	Sentences []string
}

// The sentences are Chinese only: it is a text for a congress to adopt.
//
//go:embed measures.txt
var measuresText string

var measuresTexts = sync.OnceValue(func() map[string]string {
	texts, err := lang.Read(measuresText)
	if err != nil {
		panic("form: internal error: measures.txt: " + err.Error())
	}
	return texts
})

// sentence fills in a sentence of the measures.
func sentence(id string, args ...any) string {
	text, ok := measuresTexts()["measures."+id]
	if !ok {
		panic("form: internal error: measures.txt has no " + id)
	}
	if !strings.Contains(text, "%") {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// blank is a line to write on.
const blank = "____"

// known returns a number, or a line to write on.
func known[T uint8 | uint32 | int](n T) any {
	if n == 0 {
		return blank
	}
	return n
}

func named(text string) string {
	if text == "" {
		return blank
	}
	return text
}

// act is vote or grade, for which some sentences differ.
func (m *Measures) act() string {
	if m.Rules.BallotMode == ballot.Satisfaction3 {
		return "grade"
	}
	return "vote"
}

// called is what the vote is called.
func (m *Measures) called() string {
	switch {
	case m.act() == "grade":
		return "满意度测评"
	case m.Word != "":
		return m.Word
	}
	return "票决"
}

// about is the title of the vote without what the measures call it.
func (m *Measures) about() string {
	title := named(m.Title)
	for _, end := range []string{m.called(), "票决", "表决", "测评"} {
		if short, ok := strings.CutSuffix(title, end); ok && short != "" {
			return short
		}
	}
	return title
}

// Heading is the title of the document.
func (m *Measures) Heading() string {
	return sentence("title."+m.act(), m.about(), m.called())
}

// Adopted is the line below the title, with the date left open.
func (m *Measures) Adopted() string {
	return sentence("adopted.on", named(m.Congress), named(m.Session))
}

// Articles returns the text. Each rule has words in it, so that nothing is
// frozen that the congress has not read.
func (m *Measures) Articles() []Article {
	var all []Article
	for _, sentences := range [][]string{
		m.purpose(), m.scope(), m.quorum(), {sentence("people", known(m.Trustees))}, m.voting(), m.marking(),
		m.validity(), m.passing(), m.ties(), m.shortfall(), m.counting(), m.publishing(),
		{sentence("paper"), sentence("failure")}, m.keeping(), {sentence("rest"), sentence("force")},
	} {
		if len(sentences) > 0 {
			all = append(all, Article{"第" + numeral(len(all)+1) + "条", sentences})
		}
	}
	return all
}

// String is the whole text, a line for each article.
func (m *Measures) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", m.Heading(), m.Adopted())
	for _, a := range m.Articles() {
		fmt.Fprintf(&b, "\n%s　%s\n", a.Number, strings.Join(a.Sentences, ""))
	}
	return b.String()
}

// numeral writes 1 to 99 in Chinese.
func numeral(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	}
	return digits[n/10] + "十" + digits[n%10]
}

// valued is the sentence of a rule that has one for each of its values.
func (m *Measures) valued(rule string, args ...any) string {
	for _, f := range election.RuleFields() {
		if f.Name == rule {
			return sentence(rule+"."+f.Get(&m.Rules), args...)
		}
	}
	panic("form: internal error: no rule " + rule)
}
