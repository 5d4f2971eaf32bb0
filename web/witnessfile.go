package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"piaojue/audit"
	"piaojue/keyfile"
)

var errWitnessDisk = errors.New("the disk does not take it")

// checkpointPath is where C2SP tlog-witness has the latest checkpoint of a log
// below the monitoring prefix: any web server may show the folder.
func checkpointPath(folder, origin string) string {
	hash := sha256.Sum256([]byte(origin))
	return filepath.Join(folder, "monitoring", hex.EncodeToString(hash[:]), "checkpoint")
}

// read takes up what was kept, and makes the folder of a new log.
func (l *witnessed) read(witness *audit.Key) error {
	note, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return l.makeFolder()
	}
	if err != nil {
		return err
	}
	signed, time, err := audit.OpenCosigned(note, l.keys, witness)
	if err != nil {
		return err
	}
	l.last, l.time, l.note = signed.Checkpoint, time, note
	return nil
}

func (l *witnessed) makeFolder() error {
	dir := filepath.Dir(l.path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return errors.Join(syncFolder(filepath.Dir(dir)), syncFolder(filepath.Dir(filepath.Dir(dir))))
}

// writeDurably replaces a file: after a crash it is the old one or the new one,
// and once this returns, the new one. What it holds is public.
func writeDurably(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// maxSuspicions bounds the files that anybody can cause with two checkpoints of
// an honest log and a spoilt proof. Of evidence there is one for each size.
const maxSuspicions = 64

// suspect keeps what may convict the log (attack S1). It is called with the lock
// of the log held.
func (w *Witness) suspect(l *witnessed, signed *audit.Signed, a *audit.AddCheckpoint, reason error) {
	other := signed.Size == l.last.Size && signed.Root != l.last.Root
	if l.note == nil || !other && !(errors.Is(reason, audit.ErrInconsistent) && signed.Size > l.last.Size) {
		return
	}
	e, err := audit.NewEvidence(signed.Log, l.note, signed.Marshal())
	if err != nil {
		return
	}
	e = e.WithProof(a.Proof)
	path, err := KeepEvidence(w.config.Folder, e)
	log := w.config.Log.With("origin", signed.Origin, "cosigned", l.last.Size, "shown", signed.Size)
	switch {
	case errors.Is(err, fs.ErrExist), errors.Is(err, audit.ErrNoEvidence):
	case err != nil:
		log.Error("evidence not kept", "error", err)
	case path != "" && e.Verify() == nil:
		log.Error("the log's key signed two histories; evidence is kept", "file", path)
	case path != "":
		log.Warn("a checkpoint came with a proof that does not fit; the log or the sender is at fault", "file", path)
	}
}

// KeepEvidence writes a file of evidence, for its owner alone, and returns its
// path. It never overwrites one. What proves nothing is kept up to a bound, and
// what convicts nobody is not.
func KeepEvidence(folder string, e *audit.Evidence) (string, error) {
	err := e.Verify()
	if err != nil && !errors.Is(err, audit.ErrUnproven) {
		return "", err
	}
	if err != nil {
		kept, err := filepath.Glob(filepath.Join(folder, "suspicion-*.txt"))
		if err != nil || len(kept) >= maxSuspicions {
			return "", err
		}
	}
	path := filepath.Join(folder, e.Name())
	return path, keyfile.Write(path, e.Marshal())
}
