package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"slices"
	"syscall/js"
	"time"

	"piaojue/audit"
	"piaojue/bridge"
	"piaojue/client"
	"piaojue/election"
)

// A record is handled as an archive in memory: package audit reads it as it
// would read one from a disk.

// archiveOf takes a zip file, or files by path.
func archiveOf(v js.Value) ([]byte, error) {
	if data, err := bridge.Bytes(v); err == nil {
		return data, nil
	}
	if v.Type() != js.TypeObject {
		return nil, bridge.ErrArgument
	}
	paths := js.Global().Get("Object").Call("keys", v)
	var names []string
	for i := range paths.Length() {
		names = append(names, paths.Index(i).String())
	}
	slices.Sort(names)
	return pack(func(write func(string, []byte) error) error {
		for _, name := range names {
			data, err := bridge.Bytes(v.Get(name))
			if err != nil {
				return err
			}
			if err := write(name, data); err != nil {
				return err
			}
		}
		return nil
	})
}

// pack makes an archive of the files that fill writes, uncompressed.
func pack(fill func(write func(path string, data []byte) error) error) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	err := fill(func(path string, data []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store})
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	})
	if err == nil {
		err = z.Close()
	}
	return b.Bytes(), err
}

// download fetches the record from a server.
func download(s *bridge.Server, onProgress js.Value) ([]byte, error) {
	p := newProgress(onProgress, "download")
	return pack(func(write func(string, []byte) error) error {
		return client.FetchRecord(s.Transport, s.Vote, func(done, total int) { p.report(uint64(done), uint64(total)) }, write)
	})
}

func downloadRecord(args []js.Value) (any, error) {
	data, err := download(bridge.NewServer(args[0].Get("vote").String(), args[0], true), args[1])
	if err != nil {
		return nil, err
	}
	return bridge.Object("zip", data), nil
}

// verify recomputes a vote from its record, as piaojue-verify does.
func verify(args []js.Value) (any, error) {
	archive, err := source(args[0], args[2])
	if err != nil {
		return nil, err
	}
	options := audit.Options{Workers: 1, Progress: newProgress(args[2], "verify").report}
	if args[1].Type() == js.TypeString {
		hash, err := bridge.Hash(args[1])
		if err != nil {
			return nil, err
		}
		options.Manifest = &hash
	}
	var before bridge.Map
	if data, err := bridge.Bytes(args[0].Get("parent")); err == nil {
		before = addParent(&options, data)
	}
	report := reportOf(audit.Verify(openRecord(archive), options))
	if before != nil {
		report["parent"] = before
	}
	tellChecks(args[2], report["checks"].([]bridge.Map))
	return report, nil
}

// addParent verifies the record of the vote before. What follows one that is not
// verified, nobody can say, unless it was declared void (PROTOCOL.md, Section
// 12). Its manifest is the one that the vote itself names.
func addParent(o *audit.Options, archive []byte) bridge.Map {
	r, s := audit.Replay(openRecord(archive), audit.Options{Workers: 1, Progress: o.Progress})
	outcome := r.Outcome()
	if !r.Failed() && r.Phase == election.PhaseVoided {
		outcome = r.Phase.String()
	}
	if r.Verified || outcome != r.Outcome() {
		o.Parent = s
	}
	return bridge.Object("manifest", r.ManifestHash, "outcome", outcome)
}

// openRecord opens an archive; a bad one is a record that fails check
// record.files.
func openRecord(archive []byte) *audit.Record {
	record, err := audit.OpenArchive(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return audit.OpenRecord(broken{err})
	}
	return record
}

// broken is a record that cannot be read.
type broken struct{ err error }

func (b broken) Open(string) (fs.File, error) { return nil, b.err }

// source is {zip}, {files} or {base, vote}.
func source(v, onProgress js.Value) ([]byte, error) {
	if v.Type() != js.TypeObject {
		return nil, bridge.ErrArgument
	}
	for _, name := range []string{"zip", "files"} {
		if v.Get(name).Truthy() {
			return archiveOf(v.Get(name))
		}
	}
	if v.Get("vote").Type() != js.TypeString {
		return nil, bridge.ErrArgument
	}
	return download(bridge.NewServer(v.Get("vote").String(), v, true), onProgress)
}

func tellChecks(onProgress js.Value, checks []bridge.Map) {
	if onProgress.Type() != js.TypeFunction {
		return
	}
	for _, c := range checks {
		onProgress.Invoke(bridge.ToJS(bridge.Object("stage", "check", "number", c["number"], "id", c["id"], "result", c["result"])))
	}
}

// progress tells the page how far a long step is, and lets it draw.
type progress struct {
	call  js.Value
	stage string
	last  time.Time
}

func newProgress(call js.Value, stage string) *progress {
	return &progress{call: call, stage: stage, last: time.Now()}
}

const drawEvery = 50 * time.Millisecond

func (p *progress) report(done, total uint64) {
	if done < total && time.Since(p.last) < drawEvery {
		return
	}
	if p.call.Type() == js.TypeFunction {
		p.call.Invoke(bridge.ToJS(bridge.Object("stage", p.stage, "done", done, "total", total)))
	}
	time.Sleep(time.Millisecond) // the page's turn
	p.last = time.Now()
}
