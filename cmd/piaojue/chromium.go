package main

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// oldestChromium is the oldest one that the page is made for; README.md names it
// too.
const oldestChromium = 109

// chromiums are the names under which one is looked for.
var chromiums = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}

// browse shows the page in a Chromium that fills the screen, and starts another
// one when that ends: somebody pressed a key, or it crashed. What a deputy had
// not cast is on the server, sealed, and comes back with the badge.
func (a *agent) browse(ctx context.Context, path, page string) error {
	path, err := findChromium(path)
	if err != nil {
		return err
	}
	if err := checkChromium(ctx, path); err != nil {
		return err
	}
	for short := 0; short < 5; short++ {
		began := a.now()
		err = showOnce(ctx, path, page)
		if ctx.Err() != nil {
			return nil
		}
		if a.now().Sub(began) > time.Minute {
			short = 0
		}
		a.talk(a.words.say("agent.browser_ended"))
		if pause(ctx, a.restart) != nil {
			return nil
		}
	}
	return because(err, "browser_dies", path)
}

func findChromium(path string) (string, error) {
	names := chromiums
	if path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", wrong("no_browser")
}

var chromiumVersion = regexp.MustCompile(`\b(\d{2,4})\.\d+\.\d+`)

// checkChromium refuses one that is too old. One that does not tell is shown
// the page, which looks for itself.
func checkChromium(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	said, _ := exec.CommandContext(ctx, path, "--version").Output()
	m := chromiumVersion.FindSubmatch(said)
	if m == nil {
		return nil
	}
	if version, _ := strconv.Atoi(string(m[1])); version < oldestChromium {
		return wrong("browser_old", path, version, oldestChromium)
	}
	return nil
}

// showOnce runs a Chromium until it ends. Its profile is a new folder, and goes
// with it: nothing of one start is left for the next, or for who takes the
// machine home.
func showOnce(ctx context.Context, path, page string) error {
	profile, err := os.MkdirTemp("", "piaojue-terminal-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	cmd := exec.CommandContext(ctx, path, append(chromiumFlags(profile), page)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	return cmd.Run()
}

// chromiumFlags are those of a kiosk that keeps nothing and asks nobody.
func chromiumFlags(profile string) []string {
	return []string{
		"--kiosk", "--incognito", "--user-data-dir=" + profile,
		"--no-first-run", "--no-default-browser-check", "--noerrdialogs", "--disable-session-crashed-bubble",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
		"--disable-breakpad", "--disable-domain-reliability", "--no-pings", "--password-store=basic",
		"--disable-features=Translate,AutofillServerCommunication,OptimizationHints,MediaRouter",
		"--disable-pinch", "--overscroll-history-navigation=0", "--disable-print-preview",
	}
}
