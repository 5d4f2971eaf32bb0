package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"piaojue/ballot"
)

const (
	mediaJSON   = "application/json"
	mediaBinary = "application/octet-stream"
)

// holder holds a credential.
type holder struct {
	*ballot.Credential
	sk ed25519.PrivateKey
}

func public(k ed25519.PrivateKey) []byte { return k.Public().(ed25519.PublicKey) }

// patience is how often a server that is busy, or takes no more from one address
// in this minute, is asked again, a second apart.
const patience = 300

// call asks the server, as the person of a role or as nobody.
func (v *vote) call(ctx context.Context, role, method, path, media string, body []byte) ([]byte, error) {
	for tries := 0; ; tries++ {
		status, answer, err := v.ask(ctx, role, method, path, media, body)
		if err == nil && status/100 == 2 {
			return answer, nil
		}
		busy := status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
		if err == nil && (!busy || tries == patience) {
			return nil, fmt.Errorf("%s %s: %d %s", method, path, status, answer)
		}
		// Without an answer nobody knows; whatever is asked here may be asked again.
		if err != nil && (tries == patience || v.server.ended()) {
			return nil, err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (v *vote) ask(ctx context.Context, role, method, path, media string, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, v.url(path), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	if role != "" {
		key, err := v.key(role)
		if err != nil {
			return 0, nil, err
		}
		req.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := v.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, 32<<20))
	return answer.StatusCode, data, err
}

// key is a person's API key.
func (v *vote) key(role string) (string, error) {
	if k, ok := v.keys.Load(role); ok {
		return k.(string), nil
	}
	data, err := os.ReadFile(v.path("server", "people", role+".key"))
	k := strings.TrimSpace(string(data))
	if err == nil {
		v.keys.Store(role, k)
	}
	return k, err
}
