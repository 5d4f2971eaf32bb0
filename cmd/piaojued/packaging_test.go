package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// unit is a file of systemd: for each name its values, in order.
type unit map[string][]string

func readUnit(t *testing.T, path string) unit {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	u := unit{}
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(name, "#") {
			u[name] = append(u[name], value)
		}
	}
	return u
}

// hardened are lines of every unit. Who takes one out gives whoever breaks into the
// program more than the program needs (SECURITY.md, machines).
var hardened = strings.Fields(`UMask=0077 NoNewPrivileges=yes CapabilityBoundingSet= AmbientCapabilities= PrivateUsers=yes
	ProtectSystem=strict ProtectHome=yes PrivateTmp=yes PrivateMounts=yes PrivateDevices=yes DevicePolicy=closed ProtectClock=yes
	ProtectHostname=yes ProtectControlGroups=yes ProtectKernelLogs=yes ProtectKernelModules=yes ProtectKernelTunables=yes
	ProtectProc=invisible ProcSubset=pid RestrictNamespaces=yes RestrictRealtime=yes RestrictSUIDSGID=yes LockPersonality=yes
	MemoryDenyWriteExecute=yes RemoveIPC=yes KeyringMode=private SystemCallArchitectures=native SystemCallFilter=@system-service
	SystemCallErrorNumber=EPERM LimitCORE=0 MemorySwapMax=0 User=piaojue Group=piaojue Type=notify Restart=on-failure
	RestartPreventExitStatus=2 StartLimitIntervalSec=0 LimitNOFILE=32768`)

func lacking(u unit) (all []string) {
	for _, line := range append(hardened, "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "SystemCallFilter=~@privileged @resources") {
		if name, value, _ := strings.Cut(line, "="); !slices.Contains(u[name], value) {
			all = append(all, line)
		}
	}
	return all
}

// commandOf finds what a unit runs, and demands that every flag exists.
func commandOf(t *testing.T, u unit) *cobra.Command {
	t.Helper()
	if len(u["ExecStart"]) != 1 {
		t.Fatalf("%d lines ExecStart", len(u["ExecStart"]))
	}
	words := strings.Fields(u["ExecStart"][0])
	if words[0] != "/usr/bin/piaojued" {
		t.Errorf("it runs %s", words[0])
	}
	return command(t, words[1:]...) // parses the flags
}

// TestUnits: each unit runs a command that there is, in its cage.
func TestUnits(t *testing.T) {
	paths, err := filepath.Glob("../../packaging/systemd/*")
	must(t, err)
	if len(paths) != 4 {
		t.Errorf("%d units", len(paths))
	}
	for _, path := range paths {
		u := readUnit(t, path)
		if c := commandOf(t, u); c.RunE == nil || !strings.Contains(c.UseLine(), "[flags]") {
			t.Errorf("%s runs %s", path, c.CommandPath())
		}
		if missing := lacking(u); len(missing) > 0 {
			t.Errorf("%s lacks %q", path, missing)
		}
		dir := strings.TrimPrefix(strings.Join(u["ExecStart"], ""), "/usr/bin/piaojued relay")
		if dir != "" && (len(u["StateDirectory"]) == 0 || !strings.HasSuffix(dir, " /var/lib/"+last(u["StateDirectory"][0])) || len(u["ConditionPathExists"]) == 0) {
			t.Errorf("%s: the folder of %s is not that of StateDirectory=%v, or it starts without one", path, dir, u["StateDirectory"])
		}
	}
	u := readUnit(t, paths[0])
	delete(u, "ProtectSystem")
	if missing := lacking(u); len(missing) != 1 {
		t.Errorf("without ProtectSystem it lacks %q", missing)
	}
}

func last(list string) string {
	words := strings.Fields(list)
	return words[len(words)-1]
}

var dropIn = regexp.MustCompile(`/etc/systemd/system/(piaojued[a-z@-]*\.service)\.d/`)
var settingsFile = regexp.MustCompile(`/etc/default/(piaojued(?:-issuer|-witness|-relay)?)\b`)

// TestExampleSettings: each variable of an example is a setting of the command that
// reads it, with a value that it takes; no secret is among them.
func TestExampleSettings(t *testing.T) {
	paths, err := filepath.Glob("../../docs/examples/*/*")
	must(t, err)
	seen := 0
	for _, path := range append(paths, "../../packaging/default/piaojued") {
		text, err := os.ReadFile(path)
		must(t, err)
		head, _, _ := strings.Cut(string(text), "\n")
		name := ""
		if m := dropIn.FindStringSubmatch(head); m != nil {
			name = m[1]
		} else if m := settingsFile.FindStringSubmatch(head); m != nil && strings.HasSuffix(path, ".env") {
			name = m[1] + map[bool]string{true: "@.service", false: ".service"}[strings.Contains(m[1], "issuer")]
		} else if strings.HasSuffix(path, "default/piaojued") {
			name = "piaojued.service"
		}
		if name == "" {
			continue // of another program
		}
		seen++
		c := commandOf(t, readUnit(t, filepath.Join("../../packaging/systemd", name)))
		for _, s := range settingsOf(string(text)) {
			if fault := badSetting(c, s[0], s[1]); fault != "" {
				t.Errorf("%s: %s=%s: %s", path, s[0], s[1], fault)
			}
		}
	}
	if seen != 9 {
		t.Errorf("%d files of settings were read", seen)
	}
	c := command(t, "serve")
	for setting, good := range map[[2]string]bool{
		{"PIAOJUED_LISTEN", ":1"}: true, {"PIAOJUED_LISTN", ":1"}: false, {"PIAOJUED_GRACE", "soon"}: false, {"PIAOJUED_PASSPHRASE", "x"}: false,
		{"PIAOJUED_DB", "postgres://u:hidden@h/d"}: false, {"PIAOJUED_DB", "postgres://u@h/d"}: false, {"PIAOJUED_DB", "postgres://u@h/d?sslmode=verify-full"}: true,
	} {
		if fault := badSetting(c, setting[0], setting[1]); (fault == "") != good {
			t.Errorf("%v: %q", setting, fault)
		}
	}
}

// settingsOf finds variables, those in comments as well: somebody will remove the #.
func settingsOf(text string) (all [][2]string) {
	for _, m := range regexp.MustCompile(`(?m)^#?(?:Environment=)?(PIAOJUED_\w+)=(.*)$`).FindAllStringSubmatch(text, -1) {
		all = append(all, [2]string{m[1], m[2]})
	}
	return all
}

func badSetting(c *cobra.Command, name, value string) string {
	flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, envPrefix), "_", "-"))
	f := c.Flags().Lookup(flag)
	if f == nil {
		return "there is no --" + flag
	}
	if flag == "db" && checkDatabaseURL(value) != nil {
		return "a password"
	}
	if err := c.Flags().Set(flag, value); err != nil {
		return err.Error()
	}
	return ""
}

// TestExampleProxies: what must not get lost in the examples of proxies; that it works
// is TestProxyExamples' and TestProxyDemo's to show.
func TestExampleProxies(t *testing.T) {
	for name, x := range map[string]struct{ with, without []string }{
		"one-hall/nginx.conf": {[]string{
			"ssl_session_cache off;", "ssl_session_tickets off;", "\taccess_log off;", "X-Forwarded-For $remote_addr;", `X-Forwarded-For "";`,
			"Upgrade $http_upgrade;", "proxy_buffering off;", "client_max_body_size 65m;", "proxy_read_timeout 75s;", "keepalive_timeout 0;",
		}, []string{"http2"}},
		"one-hall/Caddyfile":          {[]string{"protocols h1\n", "Connection close", "header_up -X-Forwarded-For", "flush_interval -1", "level FATAL"}, []string{"\nlog ", "\tlog\n"}},
		"three-nodes/haproxy.cfg":     {[]string{"mode tcp", "uri /healthz", "check-ssl verify required", "timeout client 75s", "option redispatch"}, []string{"\nlog", "\tlog ", "tcplog"}},
		"three-nodes/piaojued.env":    {nil, []string{"PIAOJUED_TRUSTED_PROXY"}},
		"one-hall/piaojued.env":       {[]string{"\nPIAOJUED_PLAIN_HTTP=true", "\nPIAOJUED_TRUSTED_PROXY=127.0.0.1,::1"}, nil},
		"three-nodes/postgresql.conf": {[]string{"fsync = on", "full_page_writes = on", "synchronous_standby_names"}, nil},
	} {
		text, err := os.ReadFile(filepath.Join("../../docs/examples", name))
		must(t, err)
		code := regexp.MustCompile(`(?m)^\s*# .*$`).ReplaceAllString(string(text), "")
		for _, want := range x.with {
			if !strings.Contains(code, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
		for _, not := range x.without {
			if strings.Contains(code, not) {
				t.Errorf("%s says %q", name, not)
			}
		}
	}
}
