package web

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"piaojue/audit"
)

// WitnessConfig says which logs a Witness cosigns, and as whom.
type WitnessConfig struct {
	Name string // of the witness's key
	Key  ed25519.PrivateKey
	Logs []*audit.Key // each for the origin that is its name

	// Folder holds what must not be forgotten: for each log the latest cosigned
	// checkpoint, at monitoring/<hash of the origin>/checkpoint, where C2SP
	// tlog-witness has it, and evidence. An older copy of it must never be used.
	Folder string

	Log *slog.Logger     // nil: no lines
	Now func() time.Time // nil: time.Now
}

// Witness cosigns checkpoints of logs as long as each continues the one before
// (C2SP tlog-witness). It shows what it has to nobody but in its answers; it
// makes cosignatures of type 0x04 (Ed25519).
type Witness struct {
	config WitnessConfig
	key    *audit.Key
	logs   map[string]*witnessed // by origin; never changes
}

// witnessed is one log, of which one request is answered at a time.
type witnessed struct {
	keys []*audit.Key
	path string

	mu   sync.Mutex // guards all below
	last audit.Checkpoint
	time uint64 // of the last cosignature
	note []byte // with that cosignature; nil: none yet
}

// WitnessVKey returns the key by which policies know a witness.
func WitnessVKey(name string, key ed25519.PrivateKey) (*audit.Key, error) {
	return audit.WitnessKey(name, public(key))
}

// OpenWitness reads what was cosigned before. It refuses a folder that holds
// something else.
func OpenWitness(c WitnessConfig) (*Witness, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	key, err := WitnessVKey(c.Name, c.Key)
	if err != nil {
		return nil, err
	}
	w := &Witness{config: c, key: key, logs: make(map[string]*witnessed)}
	for _, k := range c.Logs {
		if k.IsWitness() {
			return nil, fmt.Errorf("%s is not the key of a log", k)
		}
		if w.logs[k.Name()] == nil {
			w.logs[k.Name()] = &witnessed{path: checkpointPath(c.Folder, k.Name())}
		}
		l := w.logs[k.Name()]
		l.keys = append(l.keys, k)
	}
	for origin, l := range w.logs {
		if err := l.read(key); err != nil {
			return nil, fmt.Errorf("what was cosigned of %s: %w", origin, err)
		}
	}
	return w, nil
}

// Key returns the key by which policies know the witness.
func (w *Witness) Key() *audit.Key { return w.key }

// Handler serves add-checkpoint, and healthz.
func (w *Witness) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", w.addCheckpoint)
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { writeBytes(rw, mediaText, []byte("ok\n")) })
	return mux
}

const mediaTlogSize = "text/x.tlog.size"

// addCheckpoint answers with the statuses of C2SP tlog-witness.
func (w *Witness) addCheckpoint(rw http.ResponseWriter, r *http.Request) {
	body, err := readBody(rw, r, audit.MaxAddCheckpoint)
	if refused, ok := errors.AsType[*refusal](err); ok && refused.code == codeTooLarge {
		http.Error(rw, "the request is too long", http.StatusRequestEntityTooLarge)
		return
	}
	a, parsed := audit.ParseAddCheckpoint(body)
	if err != nil || parsed != nil {
		http.Error(rw, "the request is malformed", http.StatusBadRequest)
		return
	}
	l := w.logs[a.Origin()]
	if l == nil {
		http.Error(rw, "this witness does not know the log", http.StatusNotFound)
		return
	}
	line, size, err := w.cosign(l, a)
	w.answer(rw, line, size, err)
}

var witnessStatuses = []struct {
	err    error
	status int
}{
	{audit.ErrUnknownLog, http.StatusNotFound},
	{audit.ErrLogSignature, http.StatusForbidden},
	{audit.ErrOldSize, http.StatusBadRequest},
	{audit.ErrStale, http.StatusConflict},
	{audit.ErrInconsistent, http.StatusUnprocessableEntity},
}

func (w *Witness) answer(rw http.ResponseWriter, line []byte, size uint64, err error) {
	if err == nil {
		writeBytes(rw, "text/plain; charset=utf-8", line)
		return
	}
	status := http.StatusBadRequest
	if errors.Is(err, errWitnessDisk) {
		status = http.StatusInternalServerError
		w.config.Log.Error("checkpoint not kept, and not cosigned", "error", err)
	}
	for _, s := range witnessStatuses {
		if errors.Is(err, s.err) {
			status = s.status
		}
	}
	if status == http.StatusConflict {
		rw.Header().Set("Content-Type", mediaTlogSize)
		rw.WriteHeader(status)
		rw.Write(strconv.AppendUint(nil, size, 10))
		rw.Write([]byte("\n"))
		return
	}
	http.Error(rw, http.StatusText(status), status)
}

// cosign decides and keeps under one lock: of two requests at the same time the
// later one is compared with what the first has left. The cosignature leaves
// only after it is durable together with what it is of.
func (w *Witness) cosign(l *witnessed, a *audit.AddCheckpoint) (line []byte, size uint64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	signed, err := a.Check(l.keys, l.last)
	if err != nil {
		if signed != nil {
			w.suspect(l, signed, a, err)
		}
		return nil, l.last.Size, err
	}
	// Never before the last one, whatever the clock does, and never zero.
	at := max(uint64(max(w.config.Now().Unix(), 1)), l.time)
	if line, err = audit.Cosign(signed.Marshal(), w.config.Name, w.config.Key, at); err != nil {
		return nil, l.last.Size, err
	}
	note := append(signed.Marshal(), line...)
	if err := writeDurably(l.path, note); err != nil {
		return nil, l.last.Size, fmt.Errorf("%w: %w", errWitnessDisk, err)
	}
	l.last, l.time, l.note = signed.Checkpoint, at, note
	return line, signed.Size, nil
}
