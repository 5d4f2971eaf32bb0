package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"piaojue/keyfile"
)

// A vote may let only registered terminals ask for credentials. Staff make a
// code, the device sends it once and keeps the key that it gets. The ballot box
// hears of neither.

// beatEvery is how often a terminal says that it is there. It says so at one
// pace, whatever it is doing: a beat that waited for a ballot would tell when
// that was cast (attack V14).
const beatEvery = 5 * time.Second

// terminalCodeCommand makes a code for one device.
func (t *tool) terminalCodeCommand() *cobra.Command {
	return exactly(0, t.command("organizer terminal", "", "piaojue organizer terminal", func(ctx context.Context, _ []string) error {
		s, err := t.connect()
		if err != nil {
			return err
		}
		code, minutes, err := s.makeTerminalCode(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(t.out, code)
		t.talk(t.words.say("terminal.code", minutes))
		return nil
	}))
}

// registerCommand makes this machine a terminal.
func (t *tool) registerCommand() *cobra.Command {
	var x registration
	var output string
	c := exactly(1, t.command("terminal register", "CODE -o FILE", `piaojue terminal register K7PM-3XQD --zone A --label 12-3 -o terminal.key
piaojue terminal register K7PM-3XQD --label 1 --shared -o terminal.key`, func(ctx context.Context, args []string) error {
		x.Code = args[0]
		return t.registerTerminal(ctx, x, output)
	}))
	f := c.Flags()
	f.StringVar(&x.Zone, "zone", "", "")
	f.StringVar(&x.Label, "label", "", "")
	f.BoolVar(&x.shared, "shared", false, "")
	f.StringVarP(&output, "output", "o", "", "")
	return c
}

// registration is what a device sends.
type registration struct {
	Code  string `json:"code"`
	Kind  string `json:"kind"`
	Zone  string `json:"zone"`
	Label string `json:"label"`

	shared bool
}

// registerTerminal begins with the check that the key can be kept: a code serves
// once.
func (t *tool) registerTerminal(ctx context.Context, x registration, output string) error {
	if output == "" {
		return misuse("no_output")
	}
	if err := checkNew(output); err != nil {
		return err
	}
	s, err := t.connect()
	if err != nil {
		return err
	}
	key, err := s.registerTerminal(ctx, x)
	if err != nil {
		return err
	}
	if err := keyfile.Write(output, []byte(key+"\n")); err != nil {
		return err
	}
	t.talk(t.words.say("terminal.registered", x.Label, output))
	return nil
}

func (s *server) makeTerminalCode(ctx context.Context) (code string, minutes int, err error) {
	var answer struct {
		Code    string `json:"code"`
		Minutes int    `json:"minutes"`
	}
	body, err := s.call(ctx, "POST", s.path("/terminals/codes"), "", nil)
	if err == nil {
		err = decode(body, &answer)
	}
	return answer.Code, answer.Minutes, err
}

func (s *server) registerTerminal(ctx context.Context, x registration) (key string, err error) {
	x.Kind = "seat"
	if x.shared {
		x.Kind = "shared"
	}
	var answer struct {
		Key string `json:"key"`
	}
	err = s.put(ctx, "POST", "/terminals", x, &answer)
	return answer.Key, err
}

// beat says that the terminal is there, until ctx ends. What goes wrong is no
// business of the deputy's: operations see that the terminal is silent.
func (s *server) beat(ctx context.Context) {
	body, _ := json.Marshal(map[string]bool{"help": false})
	every := time.NewTicker(beatEvery)
	defer every.Stop()
	for {
		s.send(ctx, s.shared, request{
			method: "POST", address: s.base.String() + "/terminals/beat", body: body, media: mediaJSON, header: s.terminalHeader(),
		})
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
	}
}

// terminalHeader is how a terminal is known to the server.
func (s *server) terminalHeader() map[string]string {
	if s.terminal == "" {
		return nil
	}
	return map[string]string{"Authorization": "Terminal " + s.terminal}
}

// badgeHeader is what goes with a badge: the key of the terminal that has read
// it, and its PIN.
func (s *server) badgeHeader() map[string]string {
	h := make(map[string]string)
	if s.terminal != "" {
		h["Authorization"] = "Terminal " + s.terminal
	}
	if s.pin != "" {
		h["Piaojue-Pin"] = s.pin
	}
	return h
}
