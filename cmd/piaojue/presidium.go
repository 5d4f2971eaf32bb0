package main

import (
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
)

// presidiumCommand is what the presidium (主席团) does.
func (t *tool) presidiumCommand() *cobra.Command {
	var file string
	announcement := between(0, 1, t.proposeCommand("presidium propose announcement", "[TEXT]",
		`piaojue presidium propose announcement --file announcement.txt --key presidium.age`,
		func(args []string) build { return t.announcementFrom(strings.Join(args, ""), &file) }))
	announcement.Flags().StringVar(&file, "file", "", "")
	return t.personal(t.verifying(t.group("presidium",
		t.group("presidium propose",
			between(1, -1, t.proposeCommand("presidium propose trustees", "CARD...",
				"piaojue presidium propose trustees zhang.pub li.pub wang.pub --key presidium.age", t.trusteesFrom)),
			t.decisionCommand(),
			announcement,
			exactly(0, t.proposeCommand("presidium propose archive", "",
				"piaojue presidium propose archive --key presidium.age", func([]string) build { return t.archive })),
		),
		t.signCommand("presidium", "presidium.age"),
	)))
}

func (t *tool) trusteesFrom(paths []string) build {
	return func(b *client.Board) (*election.Entry, error) {
		cards, err := readCards(paths)
		if err != nil {
			return nil, err
		}
		return newTrustees(b, cards, t.clock())
	}
}

// announcementFrom takes the text of the 公告 from the argument or a file.
func (t *tool) announcementFrom(text string, file *string) build {
	return func(b *client.Board) (*election.Entry, error) {
		if *file != "" {
			data, err := t.read(*file)
			if err != nil {
				return nil, err
			}
			text = string(data)
		}
		text = strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(text, "\ufeff")), "\r\n", "\n")
		if text == "" {
			return nil, misuse("no_text")
		}
		return b.ProposeNotice(election.KindAnnouncement, t.clock(), text)
	}
}

func (t *tool) archive(b *client.Board) (*election.Entry, error) {
	return b.ProposeArchive(t.clock())
}
