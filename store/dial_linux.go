package store

import (
	"net"
	"syscall"
	"time"
)

// tcpUserTimeout is TCP_USER_TIMEOUT of tcp(7), which package syscall lacks.
const tcpUserTimeout = 18

// dialer makes connections that end within seconds when the other side does not
// answer any more. A firewall that has forgotten one says nothing.
var dialer = net.Dialer{
	KeepAliveConfig: keepAlive,
	Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) {
			syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(5*time.Second/time.Millisecond))
		})
	},
}
