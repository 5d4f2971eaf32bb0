package main

import (
	"archive/zip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

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
	err := client.FetchRecord(send, vote, t.progress("record"), folderWriter(dir))
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
	err = client.FetchRecord(send, vote, t.progress("record"), func(path string, data []byte) error {
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
	return client.Offline(fsys, vote), vote, done, nil
}
