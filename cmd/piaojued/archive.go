package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"piaojue/keyfile"
)

// A backup is an age file of a tar archive: first the file "piaojue-backup",
// whose text is the version of the format, then database, box, projects, keys and
// the server's certificates, all regular files. age finds out what was cut off or
// altered by somebody without the recipients; it does not say who made the file.
const (
	backupMark = "piaojue-backup"
	backupText = "piaojue-backup-v1\n"
)

// archived are the names that a backup may hold: nothing outside the folder,
// and nothing that a start would run or read as settings.
var archived = regexp.MustCompile(`^(piaojue\.db|piaojue\.db-box|piaojue\.db-projects|keys/[0-9A-Za-z_-]+(\.[a-z]+)?\.(key|head)|tls/[a-z]+\.(crt|key))$`)

// seal writes the archive of a twin, and of the certificates of its original,
// encrypted. The file has its name only when it is whole.
func seal(twin, original home, to []string, out string) (sum []byte, err error) {
	part := out + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	sum, err = sealInto(f, twin, original, to)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(part, out)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(part))
	}
	return sum, keyfile.SyncFolder(filepath.Dir(out))
}

func sealInto(f io.Writer, twin, original home, to []string) ([]byte, error) {
	var digest hash.Hash = sha256.New()
	sealed, err := keyfile.EncryptTo(io.MultiWriter(f, digest), to...)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(sealed)
	mark := bytes.NewReader([]byte(backupText))
	if err := addTo(archive, backupMark, mark, mark.Size()); err != nil {
		return nil, err
	}
	for _, dir := range []string{twin.dir, original.dir} {
		if err := addFolder(archive, dir, dir == original.dir); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), sealed.Close()); err != nil {
		return nil, err
	}
	return digest.Sum(nil), nil
}

// addFolder adds the files of a folder that a backup holds: the certificates
// only, or all others.
func addFolder(archive *tar.Writer, dir string, tls bool) error {
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if name = filepath.ToSlash(name); err != nil || !archived.MatchString(name) || strings.HasPrefix(name, "tls/") != tls {
			return err
		}
		return addFile(archive, path, name)
	})
}

func addFile(archive *tar.Writer, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return addTo(archive, name, f, info.Size())
}

func addTo(archive *tar.Writer, name string, r io.Reader, size int64) error {
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: size}); err != nil {
		return err
	}
	_, err := io.Copy(archive, r)
	return err
}

var errArchive = errors.New("this is no backup of piaojued, or of a newer version")

// unseal decrypts a backup into a new folder. It reads to the end: only then is
// it known that nothing was cut off.
func unseal(file io.Reader, ids *keyfile.Identities, dir string) error {
	text, err := ids.Decrypt(file)
	if err != nil {
		return err
	}
	return unpack(text, dir)
}

func unpack(text io.Reader, dir string) error {
	archive := tar.NewReader(text)
	first, err := archive.Next()
	if err != nil || first.Name != backupMark {
		return errors.Join(errArchive, err)
	}
	mark, err := io.ReadAll(io.LimitReader(archive, int64(len(backupText))+1))
	if err != nil || string(mark) != backupText {
		return errors.Join(errArchive, err)
	}
	for {
		x, err := archive.Next()
		if errors.Is(err, io.EOF) {
			_, err := io.Copy(io.Discard, text)
			return err
		}
		if err != nil {
			return err
		}
		if err := extract(archive, x, dir); err != nil {
			return err
		}
	}
}

func extract(r io.Reader, x *tar.Header, dir string) error {
	if x.Typeflag != tar.TypeReg || !archived.MatchString(x.Name) {
		return fmt.Errorf("%w: it holds %q", errArchive, x.Name)
	}
	path := filepath.Join(dir, filepath.FromSlash(x.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
