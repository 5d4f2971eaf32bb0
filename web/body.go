package web

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
)

// Limits of bodies (attack S8).
const (
	maxBody  = 1 << 20
	maxTable = 8 << 20
)

// Media types of bodies.
const (
	mediaJSON   = "application/json"
	mediaCSV    = "text/csv"
	mediaHTML   = "text/html"
	mediaText   = "text/plain"
	mediaBinary = "application/octet-stream"
)

// checkMedia refuses a body that says it is something else than the route
// takes. Who says nothing is believed: the parsers decide.
func checkMedia(r *http.Request, want string) error {
	given := r.Header.Get("Content-Type")
	if given == "" || want == "" {
		return nil
	}
	media, _, err := mime.ParseMediaType(given)
	if want == mediaCSV && media == mediaXLSX {
		return nil // a table is read by its bytes
	}
	if err != nil || media != want {
		return refuse(codeUnsupported)
	}
	return nil
}

// readBody reads a body of at most limit bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, because(codeTooLarge, err)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, because(codeSlow, err)
	}
	if err != nil {
		return nil, because(codeBadForm, err)
	}
	return body, nil
}

// readJSON reads a body that is one JSON value of the type of v.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := readBody(w, r, maxBody)
	if err != nil {
		return err
	}
	return parseJSON(body, v)
}

// writeJSON answers with a value of ours, which always can be encoded.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(append(body, '\n')) // a client that is gone hears nothing
	return nil
}

func writeBytes(w http.ResponseWriter, media string, body []byte) error {
	w.Header().Set("Content-Type", media)
	w.Write(body)
	return nil
}

func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// hexBytes is a byte string in JSON as lower-case hexadecimal.
type hexBytes []byte

// MarshalText implements encoding.TextMarshaler.
func (b hexBytes) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, b), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. Upper case would be a
// second spelling.
func (b *hexBytes) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || hex.EncodeToString(raw) != string(text) {
		return errors.New("not lower-case hexadecimal")
	}
	*b = raw
	return nil
}

// hex32 is a hash or key in JSON.
type hex32 [32]byte

// MarshalText implements encoding.TextMarshaler.
func (b hex32) MarshalText() ([]byte, error) { return hexBytes(b[:]).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *hex32) UnmarshalText(text []byte) error {
	var raw hexBytes
	if err := raw.UnmarshalText(text); err != nil {
		return err
	}
	if len(raw) != len(b) {
		return errors.New("not 32 bytes")
	}
	copy(b[:], raw)
	return nil
}

// parseHex32 parses the part of a path that is a hash or key.
func parseHex32(s string) ([32]byte, error) {
	var b hex32
	if err := b.UnmarshalText([]byte(s)); err != nil {
		return b, because(codeNotFound, err)
	}
	return b, nil
}
