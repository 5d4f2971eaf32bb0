package node

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A follower asks the leader for the list of its folder of keys, one line a file,
//
//	GET /keys?node=b&have=<tag of its own folder>[&trouble=<why it could not lead>]
//	1f…9c vote.log.key
//
// and then for what it lacks (GET /keys/<name>), and gives what the leader lacks
// (PUT /keys/<name>). If both have the same, the answer waits for news.

const (
	pullEvery = time.Second
	pullRest  = 250 * time.Millisecond
	pullWait  = 5 * time.Second // for each answer

	maxList = 4 << 20
)

// pullKeys follows the folder of whoever leads.
func (n *Node) pullKeys(ctx context.Context) {
	for ctx.Err() == nil {
		to := n.leading.Load()
		wait := pullRest
		if n.local.Load() == nil && to.Address != "" {
			wait = n.pullOnce(ctx, to)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
	}
}

// pullOnce copies once, and returns how long to wait.
func (n *Node) pullOnce(ctx context.Context, to *target) time.Duration {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(to.ctx, cancel)()
	wait, err := n.pull(ctx, to)
	switch {
	case err == nil:
		n.unheard.Store(false)
	case ctx.Err() == nil && !errors.Is(err, errNoLeader) && n.unheard.CompareAndSwap(false, true):
		n.config.Log.Warn("keys are not copied", "leader", to.Node, "error", err)
	}
	if err != nil {
		n.giveUp(to)
		return pullRest
	}
	return wait
}

// giveUp ends the requests that wait for a leader of which nothing has come for a
// while: this node may be cut off from it.
func (n *Node) giveUp(to *target) {
	if time.Since(n.heard()) > reachWait && n.leading.Load() == to {
		n.aim(to.Leader)
	}
}

// heard is when the leader last answered.
func (n *Node) heard() time.Time { return time.Unix(0, n.reached.Load()) }

// pull brings both folders together, and returns how long to wait.
func (n *Node) pull(ctx context.Context, to *target) (wait time.Duration, err error) {
	own, err := n.keys.list()
	if err != nil {
		return 0, err
	}
	query := url.Values{"node": {n.config.Name}, "have": {tag(own)}}
	if why := n.trouble(); why != "" {
		query.Set("trouble", why)
	}
	answer, err := n.ask(ctx, to, "GET", "/keys?"+query.Encode(), nil)
	if err != nil {
		return 0, err
	}
	theirs, err := parseList(answer)
	if err != nil {
		return 0, err
	}
	// First who leads: nothing is copied from a leader that should be none.
	slices.SortStableFunc(theirs, func(a, b file) int { return cmp.Compare(rank(a), rank(b)) })
	changed, err := n.copyKeys(ctx, to, own, theirs)
	switch {
	case err != nil || changed:
		return 0, err // tells the leader at once
	case tag(own) != tag(theirs):
		return pullRest, nil // it will not wait with its answer
	}
	n.settled()
	return time.Millisecond, nil
}

// copyKeys fetches what is not here and gives what is not there. It reports whether
// something came that others wait for.
func (n *Node) copyKeys(ctx context.Context, to *target, own, theirs []file) (changed bool, err error) {
	have := map[string][32]byte{}
	for _, x := range own {
		have[x.name] = x.sum
	}
	for _, x := range theirs {
		sum, ok := have[x.name]
		delete(have, x.name)
		if ok && sum == x.sum {
			continue
		}
		if err := n.fetch(ctx, to, x.name); err != nil {
			return changed, err
		}
		changed = changed || !grows(x.name)
	}
	return changed, n.give(ctx, to, have)
}

func rank(x file) int {
	if x.name == reignName {
		return 0
	}
	return 1
}

var errPast = errors.New("node: the leader knows of no newer leader")

// fetch copies a file from the leader. If the checkpoint that is here is longer,
// the leader gets that: it may have to refuse its database at its next start.
func (n *Node) fetch(ctx context.Context, to *target, name string) error {
	data, err := n.ask(ctx, to, "GET", "/keys/"+name, nil)
	if err != nil {
		return err
	}
	if err := n.keys.take(name, data, true); err != nil || !grows(name) {
		return err
	}
	own, err := n.keys.read(name)
	if err != nil || bytes.Equal(own, data) {
		return nil // gone meanwhile, or the same
	}
	if _, err = n.ask(ctx, to, "PUT", "/keys/"+name, own); err == nil && name == reignName {
		err = errPast
	}
	return err
}

// give hands on what the leader lacks: it may have been away when that was drawn.
// Marks are not among it: the leader makes them itself.
func (n *Node) give(ctx context.Context, to *target, lacking map[string][32]byte) error {
	for name := range lacking {
		if strings.HasSuffix(name, goneSuffix) {
			continue
		}
		data, err := n.keys.read(name)
		if err != nil {
			continue // destroyed meanwhile
		}
		if _, err := n.ask(ctx, to, "PUT", "/keys/"+name, data); err != nil {
			return err
		}
	}
	return nil
}

// ask is one request about keys.
func (n *Node) ask(ctx context.Context, to *target, method, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pullWait)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "https://"+to.Address+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := n.pulls.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.Header.Get(notLeader) != "" {
		return nil, errNoLeader
	}
	n.reached.Store(time.Now().UnixNano())
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s: status %d", method, r.URL.Path, resp.StatusCode)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxList+1))
	if err == nil && len(answer) > maxList {
		err = errors.New("answer is too long")
	}
	return answer, err
}

var errList = errors.New("node: malformed list of keys")

// parseList reads what formatList wrote, and nothing else.
func parseList(text []byte) ([]file, error) {
	var files []file
	for line := range bytes.Lines(text) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		raw, err := hex.DecodeString(sum)
		if !ok || err != nil || len(raw) != 32 || !fileName.MatchString(name) {
			return nil, errList
		}
		files = append(files, file{name, [32]byte(raw)})
	}
	if !bytes.Equal(formatList(files), text) {
		return nil, errList
	}
	return files, nil
}

func formatList(files []file) []byte {
	var b bytes.Buffer
	for _, x := range files {
		fmt.Fprintf(&b, "%x %s\n", x.sum, x.name)
	}
	return b.Bytes()
}
