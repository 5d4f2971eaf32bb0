package client_test

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// threeIssuers is a hall where three issuers are in force; issuer 0 is the
// server's.
func threeIssuers(t *testing.T) *hall {
	t.Helper()
	der, err := os.ReadFile("../ballot/testdata/issuer2.der")
	check(t, err)
	third, err := ballot.ParseIssuer(der)
	check(t, err)
	h := prepareHall(t)
	h.issuers = append(h.issuers[:2:2], third)
	h.signed = append(h.signed, map[uint32][]byte{})
	h.manifest.Issuers = append(h.manifest.Issuers, election.Issuer{
		Name: "issuer 2", Modulus: [384]byte(third.PublicKey().Modulus()), Key: public(keyOf("register 2")),
	})
	h.freeze()
	h.approve()
	h.ceremony()
	h.open(0, 1, 2)
	return h
}

// counting counts the requests for signatures to each issuer, of which some
// answer otherwise. The hall itself answers one request at a time.
type counting struct {
	*hall
	mu    sync.Mutex
	asked map[int]int
	odd   map[int]func([]byte) ([]byte, error)
	meet  *sync.WaitGroup // of the issuers beside the server, that answer together only
}

func (c *counting) send(r client.Request) ([]byte, error) {
	issuing := strings.HasSuffix(r.Path, "/issuances")
	if issuing && r.Issuer > 0 && c.meet != nil {
		c.meet.Done()
		c.meet.Wait()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	answer, err := c.hall.send(r)
	if !issuing {
		return answer, err
	}
	c.asked[max(r.Issuer, 0)]++
	if odd := c.odd[max(r.Issuer, 0)]; odd != nil && err == nil {
		return odd(answer)
	}
	return answer, err
}

// TestIssuersAtOnce: no issuer waits for another one.
func TestIssuersAtOnce(t *testing.T) {
	c := &counting{hall: threeIssuers(t), asked: map[int]int{}, meet: &sync.WaitGroup{}}
	c.meet.Add(2)
	c.credentialed(c.send, 0) // would wait for ever, one after the other
}

// TestIssuerNamed: who does not answer, or answers wrongly, is named; the
// answers of the others are kept, and only the missing one is asked again.
func TestIssuerNamed(t *testing.T) {
	dead := func([]byte) ([]byte, error) { return nil, errLost }
	busy := func([]byte) ([]byte, error) { return nil, &client.Refusal{Status: 503, Code: "no_issuer"} }
	lies := func(b []byte) ([]byte, error) { return flip(-1)(append([]byte{}, b...)), nil }
	other := func(b []byte) ([]byte, error) { return flip(0)(append([]byte{}, b...)), nil }
	for name, test := range map[string]struct {
		odd   map[int]func([]byte) ([]byte, error)
		want  uint8
		wrong bool
	}{
		"dead":             {map[int]func([]byte) ([]byte, error){1: dead}, 1, false},
		"busy":             {map[int]func([]byte) ([]byte, error){2: busy}, 2, false},
		"lies":             {map[int]func([]byte) ([]byte, error){2: lies}, 2, true},
		"another's answer": {map[int]func([]byte) ([]byte, error){1: other}, 1, true},
		"two":              {map[int]func([]byte) ([]byte, error){1: lies, 2: dead}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := &counting{hall: threeIssuers(t), asked: map[int]int{}, odd: test.odd}
			v := c.voter(c.send, 0)
			check(t, v.Identify())
			err := v.Obtain()
			named, ok := errors.AsType[*client.IssuerError](err)
			if !ok || !errors.Is(err, client.ErrIssuer) || named.Issuer != test.want || named.Name != c.manifest.Issuers[test.want].Name || named.Wrong != test.wrong {
				t.Fatalf("error %v", err)
			}
			missing := len(test.odd)
			c.odd = nil
			check(t, v.Obtain())
			total := 0
			for _, n := range c.asked {
				total += n
			}
			if total != 3+1+missing || c.asked[0] != 2 { // the server is asked each time
				t.Errorf("asked %v", c.asked)
			}
		})
	}
}
