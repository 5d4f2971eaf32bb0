package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
)

// confirm asks a question that must be answered with yes.
func (t *tool) confirm(question string) error { return t.confirmBy(t.question, question) }

func (t *tool) confirmBy(ask func(string) (string, error), question string) error {
	if t.settings.yes {
		return nil
	}
	answer, err := ask(question)
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Fields(t.words.say("answer.yes")), strings.ToLower(answer)) {
		return wrong("not_confirmed")
	}
	return nil
}

// question asks for a line on standard input.
func (t *tool) question(text string) (string, error) {
	fmt.Fprint(t.err, text)
	if t.lines == nil {
		t.lines = bufio.NewReader(t.in)
	}
	line, err := t.lines.ReadString('\n')
	if line == "" && err != nil {
		fmt.Fprintln(t.err)
		return "", wrong("no_answer_given")
	}
	return strings.TrimSpace(line), nil
}

// scan reads a badge.
func (t *tool) scan() (string, error) { return t.hidden(t.words.say("prompt.badge")) }

// hidden asks for what a screen does not show: whoever reads it has it.
func (t *tool) hidden(prompt string) (string, error) {
	f, ok := t.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return t.question(prompt)
	}
	fmt.Fprint(t.err, prompt)
	text, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(t.err)
	return string(text), err
}

// wipe clears a screen when the deputy has read it, or the next one comes, whose
// badge it returns.
func (t *tool) wipe() (badge string) {
	if !t.onScreen() {
		return ""
	}
	_, err := inVisit(t.question)(t.words.say("prompt.wipe"))
	t.wipeNow()
	if other, ok := errors.AsType[*otherBadge](err); ok {
		return other.text
	}
	return ""
}

// wipeNow clears a screen, and what has scrolled off it.
func (t *tool) wipeNow() {
	if t.onScreen() {
		fmt.Fprint(t.out, "\033[H\033[2J\033[3J")
	}
}

func (t *tool) onScreen() bool {
	f, ok := t.out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
