package main

import (
	"archive/zip"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
)

// recordCommand downloads the public record.
func (t *tool) recordCommand() *cobra.Command {
	var archive string
	download := between(0, 1, t.command("record download", "DIR | --zip FILE", `piaojue record download record
piaojue record download --zip record.zip
piaojue-verify -manifest 5f3c… record.zip`, func(ctx context.Context, args []string) error {
		if (len(args) == 1) == (archive != "") {
			return misuse("record_target")
		}
		s, err := t.connect()
		if err != nil {
			return err
		}
		if archive != "" {
			return t.downloadArchive(s.transport(ctx), s.vote, archive)
		}
		return t.downloadFolder(s.transport(ctx), s.vote, args[0])
	}))
	download.Flags().StringVar(&archive, "zip", "", "")
	return t.online(t.group("record", download))
}

func (t *tool) downloadFolder(send client.Transport, vote, dir string) error {
	if err := checkNew(dir); err != nil {
		return err
	}
	err := fetchRecord(send, vote, t.progress("record"), folderWriter(dir))
	if err != nil {
		os.RemoveAll(dir) // half a record would not verify, and frighten people
	}
	return err
}

// folderWriter writes files below a folder. Their paths are those that package
// audit makes of numbers, whatever the server says.
func folderWriter(dir string) func(string, []byte) error {
	return func(path string, data []byte) error {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		return os.WriteFile(name, data, 0o666)
	}
}

func (t *tool) downloadArchive(send client.Transport, vote, path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return wrong("exists", path)
	}
	if err != nil {
		return err
	}
	z := zip.NewWriter(f)
	err = fetchRecord(send, vote, t.progress("record"), func(path string, data []byte) error {
		w, err := z.Create(path)
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
	if err = errors.Join(err, z.Close(), f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// fetchRecord fetches the record at the server's latest checkpoint and hands
// over each file (PROTOCOL.md, "Log, record, receipt"). It verifies nothing:
// that is what the record is for.
func fetchRecord(send client.Transport, vote string, progress func(done, total int), write func(path string, data []byte) error) error {
	get := func(path string) ([]byte, error) {
		return send(client.Request{Method: "GET", Path: "/board/" + vote + "/" + path, Issuer: client.Server})
	}
	checkpoint, err := get("checkpoint")
	if err != nil {
		return err
	}
	c, err := audit.ReadCheckpoint(checkpoint)
	if err != nil {
		return err
	}
	if err := write("checkpoint", checkpoint); err != nil {
		return err
	}
	closing, err := fetchClosing(get, c.Size)
	if err == nil && closing != nil {
		err = write("closing", closing)
	}
	if err != nil {
		return err
	}
	files := append(audit.Tiles(c.Size), audit.Bundles(0, c.Size)...)
	for i, tile := range files {
		data, err := get(tile.Path())
		if err == nil {
			err = write(tile.Path(), data)
		}
		if err != nil {
			return err
		}
		progress(i+1, len(files))
	}
	return nil
}

// fetchClosing returns the closing checkpoint, nil if there is none yet in a
// log of this size.
func fetchClosing(get func(string) ([]byte, error), size uint64) ([]byte, error) {
	note, err := get("closing")
	if refused, ok := errors.AsType[*client.Refusal](err); ok && refused.Status == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := audit.ReadCheckpoint(note)
	if err != nil || c.Size > size {
		return nil, err
	}
	return note, nil
}

// openFiles opens a record, a folder or a zip file, as files. It keeps to the
// folder whatever links are in it, and package audit has checked the names in
// an archive (attack S7).
func openFiles(path string) (fs.FS, func(), error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, nil, err
		}
		return root.FS(), func() { root.Close() }, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if _, err := audit.OpenArchive(f, info.Size()); err != nil {
		f.Close()
		return nil, nil, err
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return archive, func() { f.Close() }, nil
}

// recordTransport serves the board from a record, a folder or a zip file, as if
// a server did.
func recordTransport(path string) (client.Transport, string, func(), error) {
	fsys, done, err := openFiles(path)
	if err != nil {
		return nil, "", nil, err
	}
	const vote = "record"
	send := func(r client.Request) ([]byte, error) {
		name, ok := strings.CutPrefix(r.Path, "/board/"+vote+"/")
		if !ok || r.Method != "GET" {
			return nil, wrong("offline")
		}
		f, err := fsys.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readLimited(f, name, maxAnswer)
	}
	return send, vote, done, nil
}
