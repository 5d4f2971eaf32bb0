package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"piaojue/node"
	"piaojue/web"
)

// metricsFlag says where numbers for those who run the server are served.
const metricsFlag = "metrics"

// openMetrics listens for who collects numbers, on this machine only: they are for
// whoever runs it, and go out without encryption. It returns nil for no address.
func openMetrics(address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &usageError{fmt.Errorf("--%s %s: %w", metricsFlag, address, err)}
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, &usageError{fmt.Errorf("--%s %s can be reached from elsewhere: use 127.0.0.1, and let a collector on this machine carry the numbers on", metricsFlag, address)}
	}
	return net.Listen("tcp", address)
}

// serveMetrics takes numbers and serves them until end is called.
func serveMetrics(ln net.Listener, m *web.Metrics) (end func()) {
	ctx, stop := context.WithCancel(context.Background())
	server := &http.Server{Handler: m, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	var runs sync.WaitGroup
	runs.Go(func() { m.Run(ctx) })
	runs.Go(func() { server.Serve(ln) }) // says that it was closed
	return func() {
		stop()
		server.Close()
		runs.Wait()
	}
}

// metrics makes the numbers of a server, with what only this program knows.
func (h home) metrics(o *listenOptions) *web.Metrics {
	m := web.NewMetrics(version)
	m.Add("piaojue_backup_age_seconds", "Since the last backup of the folder, in whole minutes; -1 if there is none.", func() float64 {
		at, err := h.lastBackup()
		if err != nil {
			return -1
		}
		return time.Since(at).Truncate(time.Minute).Seconds()
	})
	m.Add("piaojue_certificate_expires_seconds", "Until the certificate that is served ends; 0 without one.", func() float64 {
		end, err := certificateEnd(o.cert)
		if err != nil {
			return 0
		}
		return time.Until(end).Truncate(time.Minute).Seconds()
	})
	m.Add("piaojue_open_files_limit", "Files and connections that the system lets the process open; 0 if there is no bound.", func() float64 { return float64(openable()) })
	return m
}

// nodeMetrics adds how one of several nodes stands.
func nodeMetrics(m *web.Metrics, n *node.Node) {
	if m == nil {
		return
	}
	bit := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	m.Add("piaojue_node_leads", "1 if this node leads.", func() float64 { return bit(n.Standing().Leads) })
	m.Add("piaojue_node_reaches", "1 if this node leads or reaches the leader.", func() float64 { return bit(n.Standing().Reaches) })
	m.Add("piaojue_node_epoch", "How many leads there were, as far as this node knows.", func() float64 { return float64(n.Standing().Epoch) })
	m.Add("piaojue_node_followers", "Nodes that follow this one.", func() float64 { return float64(n.Standing().Followers) })
}

// certificateEnd reads when the first certificate of a file ends.
func certificateEnd(path string) (time.Time, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return time.Time{}, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return time.Time{}, fmt.Errorf("%s holds no certificate", path)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}, err
	}
	return cert.NotAfter, nil
}

// backupMark is a file without content whose time is that of the last backup.
func (h home) backupMark() string { return filepath.Join(h.dir, "backup.done") }

func (h home) lastBackup() (time.Time, error) {
	info, err := os.Stat(h.backupMark())
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// markBackup notes that a backup is finished.
func (h home) markBackup() error {
	if err := os.WriteFile(h.backupMark(), nil, 0o600); err != nil {
		return err
	}
	now := time.Now()
	return os.Chtimes(h.backupMark(), now, now)
}
