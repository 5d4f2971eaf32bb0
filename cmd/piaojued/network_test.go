package main

import (
	"fmt"
	"net"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// network is a switch, to which each node is joined by a cable that can be pulled
// out: nodes have network namespaces of their own. It takes root.
type network struct{ count int }

const (
	bridgeName    = "piaojue-br"
	bridgeAddress = "10.77.0.1"
)

func newNetwork(t testing.TB) *network {
	t.Helper()
	ip(t, "link", "add", bridgeName, "type", "bridge")
	t.Cleanup(func() { exec.Command("ip", "link", "del", bridgeName).Run() })
	ip(t, "addr", "add", bridgeAddress+"/24", "dev", bridgeName)
	ip(t, "link", "set", bridgeName, "up")
	return &network{}
}

// ip runs a command of iproute2.
func ip(t testing.TB, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// space and cable are the names of a node's namespace, and of its cable at the
// switch.
func (p *nodeProcess) space() string { return "piaojue-" + p.name }
func (p *nodeProcess) cable() string { return "piaojue-" + p.name }

// add moves a node into a namespace. The second issuer, which the manifest names at
// a port of the loopback interface, is there by a relay, as it would be elsewhere by
// its name.
func (x *network) add(n *nodes, p *nodeProcess) {
	n.Helper()
	x.count++
	own := fmt.Sprintf("10.77.0.%d", 10+x.count)
	_, port, err := net.SplitHostPort(p.address)
	must(n, err)
	p.address, p.link = net.JoinHostPort(own, port), own+":8444"
	p.within = []string{"ip", "netns", "exec", p.space()}
	ip(n, "netns", "add", p.space())
	n.Cleanup(func() { exec.Command("ip", "netns", "del", p.space()).Run() })
	ip(n, "link", "add", p.cable(), "type", "veth", "peer", "name", "eth0", "netns", p.space())
	n.Cleanup(func() { exec.Command("ip", "link", "del", p.cable()).Run() })
	ip(n, "link", "set", p.cable(), "master", bridgeName, "up")
	for _, line := range []string{"link set lo up", "addr add " + own + "/24 dev eth0", "link set eth0 up"} {
		ip(n, append([]string{"-n", p.space()}, strings.Fields(line)...)...)
	}
	issuer := neighbourOf(n.listen)
	if x.count == 1 {
		n.relay(nil, bridgeAddress, issuer)
	}
	n.relay(p.within, "127.0.0.1", bridgeAddress+issuer[strings.LastIndex(issuer, ":"):])
}

// relay passes connections to the port of an address on to that address.
func (n *nodes) relay(within []string, host, to string) {
	n.Helper()
	args := append(slices.Clone(within), n.path("bin", "real", "piaojued"), "relay", "--to", to,
		"--listen", host+to[strings.LastIndex(to, ":"):])
	c := exec.Command(args[0], args[1:]...)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(n, c.Start())
	n.Cleanup(func() {
		c.Process.Kill()
		c.Wait() // says that it was killed
	})
}

// neighbourOf is where the demo's second issuer listens.
func neighbourOf(address string) string {
	host, port, _ := net.SplitHostPort(address)
	var number int
	fmt.Sscan(port, &number)
	return fmt.Sprintf("%s:%d", host, number+1)
}

// cut pulls the node's cable out of the switch: nothing comes and nothing goes, and
// nobody is told.
func (x *network) cut(n *nodes, p *nodeProcess) { ip(n, "link", "set", p.cable(), "nomaster") }
func (x *network) join(n *nodes, p *nodeProcess) {
	ip(n, "link", "set", p.cable(), "master", bridgeName)
}
