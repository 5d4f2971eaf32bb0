package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/project"
)

// TestRecordPages: everybody reads the log of the projects entry by entry; what is
// not public of it stays unread, and what was erased says so.
func TestRecordPages(t *testing.T) {
	s := newStage(t)
	var secret, pending, gone project.Blob
	s.world(3, func(w *worldBuilder) {
		w.sample()
		secret = w.words("内部意见")
		w.do(worldDeputy, &project.Inspection{Number: 2, Project: 1, Held: w.server.projects.day(), Progress: 4, Quality: 5, Effect: 3, Text: secret})
		pending = w.words("待审核的话")
		w.do(serverActor, &project.Suggestion{Number: 2, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: w.server.projects.day(), Text: pending})
		gone = w.words("撤下的承诺")
		w.do(worldRoadsClerk, &project.Commitment{Project: 1, Text: gone})
		w.do(officeActor, &project.Withdrawal{Blobs: []project.Blob{gone}, Ground: project.GroundMistake})
	})
	size := s.server.projects.state.Size()
	all := s.page("", "/projects/log") + s.page("", "/projects/log?page=2")
	for _, want := range []string{"内容撤下", "新建第1处停车场", `href="/projects/log/0"`, `href="/projects/log/` + numberText(size-1)} {
		if !strings.Contains(all, want) {
			t.Errorf("the list does not say %s", want)
		}
	}
	var pages strings.Builder
	for at := range size {
		pages.WriteString(s.page("", "/projects/log/"+numberText(at)))
	}
	for _, never := range []string{"内部意见", "待审核的话", "撤下的承诺"} {
		if strings.Contains(pages.String()+all, never) {
			t.Errorf("an entry shows %s", never)
		}
	}
	for _, want := range []string{"内部材料，不公开", "等待审核，还没有公开", "内容已经撤下", "门口没有地方停车", "由系统按规则自动记入", "&lt;b&gt;不是标记"} {
		if !strings.Contains(pages.String(), want) {
			t.Errorf("no entry says %s", want)
		}
	}
	for _, none := range []string{numberText(size), "x", "-1", "18446744073709551615"} {
		if got := s.send("", "GET", "/projects/log/"+none, nil); got.status != http.StatusNotFound {
			t.Errorf("entry %s: %d", none, got.status)
		}
	}
}

// TestRecordOfProject: the entries of one project, and of no other, with its
// candidate and its problems; each line of its story leads to its entry.
func TestRecordOfProject(t *testing.T) {
	s := newStage(t)
	s.world(3, (*worldBuilder).sample)
	one, two := s.page("", "/projects/log?project=1"), s.page("", "/projects/log?project=2")
	for _, want := range []string{"列入问题清单", "提出询问", "提出候选项目", "报告进度", "票决结果：定单"} {
		if !strings.Contains(one, want) {
			t.Errorf("project 1: no %s", want)
		}
	}
	for _, never := range []string{"列入问题清单", "报告进度"} {
		if strings.Contains(two, never) {
			t.Errorf("project 2: %s", never)
		}
	}
	story := s.page("", "/projects/1")
	s.server.projects.view(func(state *project.State) error {
		p, _ := state.Project(1)
		for _, e := range p.Events {
			if link := `href="/projects/log/` + numberText(e.Entry) + `"`; !strings.Contains(story, link) {
				t.Errorf("no link to entry %d", e.Entry)
			}
		}
		return nil
	})
}

// TestRecordProof: the proof of an entry verifies with the log's key alone, and
// with no other entry.
func TestRecordProof(t *testing.T) {
	s := newStage(t)
	s.world(2, (*worldBuilder).sample)
	for _, at := range []string{"0", "7"} {
		receipt, err := audit.ParseReceipt(s.do("", "GET", "/projects/log/"+at+"/proof", nil))
		must(t, err)
		line, err := s.server.recordLine(t.Context(), s.server.projects.db.Log(), receipt.Index)
		must(t, err)
		head, err := audit.ReadCheckpoint(receipt.Checkpoint)
		must(t, err)
		if err := checkInclusion(receipt, &head, line.entry.Hash()); err != nil {
			t.Errorf("entry %s: %v", at, err)
		}
		if checkInclusion(receipt, &head, [32]byte{1}) == nil {
			t.Errorf("entry %s: proves another one", at)
		}
	}
	if got := s.send("", "GET", "/projects/log/9999/proof", nil); got.status != http.StatusNotFound {
		t.Errorf("no such entry: %d", got.status)
	}
}

func numberText(n uint64) string { return strconv.FormatUint(n, 10) }

func checkInclusion(r *audit.Receipt, head *audit.Checkpoint, entry [32]byte) error {
	return tlog.CheckRecord(r.Proof, int64(head.Size), head.Root, int64(r.Index), entry)
}
