package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// measure is what a step took. A step that goes on after a stop adds up.
type measure struct {
	Step    string  `json:"step"`
	Seconds float64 `json:"seconds"`
	Server  int64   `json:"server_kb,omitempty"`  // most that the server held in it
	Program int64   `json:"program_kb,omitempty"` // most that the other program held
	Name    string  `json:"program,omitempty"`    // which one
	Done    bool    `json:"done"`
}

// journal is a file of what was measured of one vote. It is written before and
// after each step, so that a run that is stopped is taken up where it was.
type journal struct {
	Ballots  int            `json:"ballots"`
	Options  int            `json:"options"`
	Manifest string         `json:"manifest,omitempty"`
	Steps    []measure      `json:"steps"`
	Chunks   map[string]int `json:"chunks"` // of deputies that are done, by what they did
	path     string
}

func openJournal(dir string, ballots, options int) (*journal, error) {
	j := &journal{path: filepath.Join(dir, "journal.json"), Chunks: map[string]int{}}
	data, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		j.Ballots, j.Options = ballots, options
		return j, j.write()
	}
	if err == nil {
		err = json.Unmarshal(data, j)
	}
	if err == nil && (j.Ballots != ballots || j.Options != options) {
		err = errors.New(j.path + " is of another vote: name another folder")
	}
	return j, err
}

// write replaces the file at once: a kill leaves the old one or the new one.
func (j *journal) write() error {
	data, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(j.path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(j.path+".new", j.path)
}

// step finds a step, or makes it.
func (j *journal) step(name string) *measure {
	for i := range j.Steps {
		if j.Steps[i].Step == name {
			return &j.Steps[i]
		}
	}
	j.Steps = append(j.Steps, measure{Step: name})
	return &j.Steps[len(j.Steps)-1]
}

// took adds what a step took until it ended or was stopped.
func (j *journal) took(name string, d time.Duration, server int64, program usage, done bool) error {
	m := j.step(name)
	m.Seconds += d.Seconds()
	m.Server = max(m.Server, server)
	if program.memory > m.Program {
		m.Program, m.Name = program.memory, program.name
	}
	m.Done = done
	return j.write()
}
