package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/base64"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"piaojue/kiosk"
)

// What pages load but for what a terminal does (package kiosk), which is served
// beside it. static/wasm is made by make build.
//
//go:embed static
var staticFiles embed.FS

// file is a static file as it is served. Its tag is made of its hash, so that
// browsers keep it and ask only whether it is still the same.
type file struct {
	media   string
	body    *kiosk.Body
	zipped  *kiosk.Body // gzip; nil where it saves nothing
	brotli  *kiosk.Body // nil but for what make build has compressed
	hash    string
	changed time.Time
}

var mediaByEnding = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".wasm": "application/wasm",
	".svg":  "image/svg+xml",
	".png":  "image/png",
	".csv":  "text/csv; charset=utf-8",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// staticOnce keeps what readStatic returns: servers in one process share it.
var staticOnce = sync.OnceValues(readStatic)

// readStatic reads all static files. The parts of the stylesheet are joined to
// style.css in the order of their names; .gz and .br beside a file are its
// compressed forms, made in advance because it takes long.
func readStatic() (map[string]*file, error) {
	bodies, styles := make(map[string]*kiosk.Body), make(map[string]*kiosk.Body)
	for _, from := range []embed.FS{staticFiles, kiosk.Static} {
		if err := collect(from, bodies, styles); err != nil {
			return nil, err
		}
	}
	var style bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(styles)) {
		style.ReadFrom(styles[name].Open()) // of memory, as all below
	}
	bodies["style.css"] = kiosk.Made(style.Bytes())
	files := make(map[string]*file)
	for name, body := range bodies {
		if media, ok := mediaByEnding[path.Ext(name)]; ok {
			files[name] = newFile(media, body, bodies[name+".gz"])
			files[name].brotli = bodies[name+".br"]
		}
	}
	addKiosk(files)
	return files, nil
}

// collect finds the files of a folder static, parts of the stylesheet apart.
func collect(from embed.FS, bodies, styles map[string]*kiosk.Body) error {
	return fs.WalkDir(from, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if part, ok := strings.CutPrefix(name, "static/style/"); ok {
			styles[part] = kiosk.Embedded(from, name)
		} else {
			bodies[strings.TrimPrefix(name, "static/")] = kiosk.Embedded(from, name)
		}
		return nil
	})
}

// addKiosk adds what package kiosk makes of its files.
func addKiosk(files map[string]*file) {
	if f, ok := kiosk.Find(kiosk.StyleName); ok {
		files[strings.TrimPrefix(f.Name, "static/")] = newFile(f.Media, f.Body, nil)
	}
	files[strings.TrimPrefix(kiosk.ListName, "static/")] = newFile("text/plain; charset=utf-8", kiosk.Made(kiosk.List()), nil)
}

func newFile(media string, body, zipped *kiosk.Body) *file {
	sum := body.Sum()
	f := &file{media: media, body: body, zipped: zipped, hash: base64.RawURLEncoding.EncodeToString(sum[:12])}
	if zipped == nil && strings.Contains(media, "charset") {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level exists
		io.Copy(z, body.Open())
		z.Close()
		f.zipped = kiosk.Made(b.Bytes())
	}
	return f
}

// getStatic serves GET /static/*.
func (s *Server) getStatic(w http.ResponseWriter, r *http.Request, _ Person) error {
	f := s.static[chi.URLParam(r, "*")]
	if f == nil {
		return refuse(codeNotFound)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy) // a worker has that of its own script
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	body, encoding := f.encoded(r.Header.Get("Accept-Encoding"))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("ETag", `"`+f.hash+encoding+`"`)
	http.ServeContent(w, r, "", f.changed, body.Open())
	return nil
}

// encoded picks the smallest form that the browser reads. Browsers name Brotli
// over TLS and on loopback only.
func (f *file) encoded(accepted string) (body *kiosk.Body, encoding string) {
	switch {
	case f.brotli != nil && strings.Contains(accepted, "br"):
		return f.brotli, "br"
	case f.zipped != nil && strings.Contains(accepted, "gzip"):
		return f.zipped, "gzip"
	}
	return f.body, ""
}
