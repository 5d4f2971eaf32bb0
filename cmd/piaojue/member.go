package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path"
	"strconv"
)

// paperForm is a form of a page, filled in as in a browser.
type paperForm struct {
	fields [][2]string // name and value; a name may stand again
	photos [][]byte
}

// filledIn takes names and values in turn.
func filledIn(pairs ...string) *paperForm {
	f := &paperForm{}
	return f.with(pairs...)
}

func (f *paperForm) with(pairs ...string) *paperForm {
	for i := 0; i+1 < len(pairs); i += 2 {
		f.fields = append(f.fields, [2]string{pairs[i], pairs[i+1]})
	}
	return f
}

func (f *paperForm) picture(jpeg ...[]byte) *paperForm {
	f.photos = append(f.photos, jpeg...)
	return f
}

// encode writes the form as a browser sends it. in is the field of its photos.
func (f *paperForm) encode(in string) (body []byte, media string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var id [16]byte
	rand.Read(id[:])
	err = w.WriteField("id", hex.EncodeToString(id[:]))
	for _, x := range f.fields {
		err = errors.Join(err, w.WriteField(x[0], x[1]))
	}
	for _, jpeg := range f.photos {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename="photo.jpg"`, in))
		h.Set("Content-Type", "image/jpeg")
		part, err2 := w.CreatePart(h)
		if err2 == nil {
			_, err2 = part.Write(jpeg)
		}
		err = errors.Join(err, err2)
	}
	err = errors.Join(err, w.Close()) // which ends the last part
	return b.Bytes(), w.FormDataContentType(), err
}

// submit sends a form and returns the page that the answer leads to; empty if it
// is the answer itself.
func (s *server) submit(ctx context.Context, address string, f *paperForm, photos string) (string, error) {
	body, media, err := f.encode(photos)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base.String()+address, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", media)
	if s.key != "" {
		req.Header.Set("Authorization", "Bearer "+s.key)
	}
	answer, err := s.shared.Do(req)
	if err != nil {
		return "", because(shorten(err), "no_answer", req.URL.Host)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)); err != nil {
		return "", because(err, "no_answer", req.URL.Host)
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return "", nil
	case http.StatusSeeOther:
		return answer.Header.Get("Location"), nil
	}
	return "", wrong("form_refused", address, answer.StatusCode)
}

// do has an account fill in the form of one kind of entry about projects, and
// returns the number of what it made or was about.
func (d *demo) do(ctx context.Context, who, kind string, about int, f *paperForm) (int, error) {
	in := "photos"
	if kind == "evidence" {
		in = "proof"
	}
	by := d.as(who)
	if by == nil {
		return 0, fmt.Errorf("the demo has no account %q", who)
	}
	page, err := by.submit(ctx, "/projects/do/"+kind+"?about="+strconv.Itoa(about), f, in)
	if err != nil {
		return 0, err
	}
	number, _ := strconv.Atoi(path.Base(page)) // of the directory: 0
	return number, nil
}
