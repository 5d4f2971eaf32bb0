package web

import (
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"

	"piaojue/form"
)

// readForm reads a form with its photos, part by part, without a file on disk.
func readForm(w http.ResponseWriter, r *http.Request) (*filled, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxDeed)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, because(codeUnsupported, err)
	}
	f := &filled{values: map[string][]string{}, photos: map[string][][]byte{}}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && n >= maxValues {
			err = errors.New("more fields than any form has")
		}
		if err == nil {
			err = f.read(part)
		}
		if err != nil {
			return nil, formRefusal(err)
		}
	}
	id, err := hex.DecodeString(first(f.values["id"]))
	if err != nil || len(id) != len(f.id) {
		return nil, because(codeBadForm, errors.New("the form has no id"))
	}
	copy(f.id[:], id)
	return f, nil
}

func formRefusal(err error) error {
	if refused, ok := errors.AsType[*refusal](err); ok {
		return refused
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return because(codeTooLarge, err)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return because(codeSlow, err)
	}
	return because(codeBadForm, err)
}

// read reads one field. A file field that was left empty is none.
func (f *filled) read(part *multipart.Part) error {
	name := part.FormName()
	limit := int64(maxValue)
	if part.FileName() != "" {
		limit = form.MaxPhoto + 1 // the reader of photos says that it is too large
	}
	data, err := io.ReadAll(io.LimitReader(part, limit))
	switch {
	case err != nil:
		return err
	case part.FileName() != "":
		f.photos[name] = append(f.photos[name], data)
	case part.Header.Get("Content-Type") != "": // a file field without a file
	case int64(len(data)) == limit:
		return errors.New("a field is too long")
	default:
		f.values[name] = append(f.values[name], string(data))
	}
	return nil
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
