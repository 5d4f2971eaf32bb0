//go:build !linux

package store

import "net"

// dialer makes connections that end when the other side does not answer any more.
var dialer = net.Dialer{KeepAliveConfig: keepAlive}
