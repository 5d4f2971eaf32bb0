package courier

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxRobot is how many bytes of a text the robots of 企业微信 take; those of 钉钉
// take more.
const maxRobot = 2048

// robotText is what both kinds of robot are told.
type robotText struct {
	Kind string `json:"msgtype"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
}

// robotAnswer is what both answer: errcode is 0 if the text stands in the group.
type robotAnswer struct {
	Code *int `json:"errcode"`
}

func (w *Webhook) robotRequest(ctx context.Context, e Event, now time.Time) (*http.Request, error) {
	x := robotText{Kind: "text"}
	x.Text.Content = cutText(e.Text, maxRobot)
	body, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, w.url+"?"+w.robotQuery(now).Encode(), bytes.NewReader(body))
}

// robotQuery names the robot, and signs the time for it if it checks that.
func (w *Webhook) robotQuery(now time.Time) url.Values {
	if w.format == WeCom {
		return url.Values{"key": {w.token}}
	}
	q := url.Values{"access_token": {w.token}}
	if w.sign != "" {
		stamp := strconv.FormatInt(now.UnixMilli(), 10)
		mac := hmac.New(sha256.New, []byte(w.sign))
		mac.Write([]byte(stamp + "\n" + w.sign))
		q.Set("timestamp", stamp)
		q.Set("sign", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return q
}

// judgeRobot reads what a robot says. Its codes for a wrong key and for too many
// texts differ and change; all of them are tried again.
func judgeRobot(answer []byte) error {
	var a robotAnswer
	if err := json.Unmarshal(answer, &a); err != nil || a.Code == nil {
		return &Trouble{Reason: Refused, detail: "the answer is not that of a robot"}
	}
	if *a.Code != 0 {
		return &Trouble{Reason: Refused, Code: *a.Code}
	}
	return nil
}

// cutText cuts a text to so many bytes, between characters.
func cutText(text string, most int) string {
	if len(text) <= most {
		return text
	}
	const more = "…"
	at := most - len(more)
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	return text[:at] + more
}
