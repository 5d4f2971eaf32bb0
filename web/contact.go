package web

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"piaojue/keyfile"
	"piaojue/lang"
)

// recipients are those whom contacts are sealed to.
func (p *projects) recipients(ctx context.Context) ([]string, error) {
	all, err := p.db.Recipients(ctx)
	var keys []string
	for _, r := range all {
		keys = append(keys, r.Key)
	}
	return keys, err
}

// sealsContacts reports whether there is anybody who could read a contact. If
// not, nobody is asked for one.
func (p *projects) sealsContacts(ctx context.Context) (bool, error) {
	all, err := p.recipients(ctx)
	return len(all) > 0, err
}

// seal encrypts a contact to those who may read it, with the number of its wish:
// under another one it is found out.
func (c *contact) seal(number uint32, recipients []string) ([]byte, error) {
	var text strings.Builder
	for _, line := range [][2]string{{"number", strconv.Itoa(int(number))}, {"name", c.name}, {"phone", c.phone}} {
		text.WriteString(pageText(lang.ZH, "wish.contact_"+line[0]) + "：" + line[1] + "\n")
	}
	var sealed bytes.Buffer
	w, err := keyfile.EncryptTo(&sealed, recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(text.String())); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}
