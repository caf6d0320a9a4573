package main

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"
)

// addressFallback dials a name with a dead IPv6 and a living IPv4 address.
func addressFallback() {
	if probe, err := net.Listen("tcp", "[::1]:0"); err != nil {
		say("skip", "no IPv6 on loopback")
		return
	} else {
		probe.Close()
	}
	port := freePort("::1", "127.0.0.1")
	blackHoleAt("::1", port)
	must(net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)))
	resolver := names(addresses("::1", "127.0.0.1")).resolver()
	try := func(timeout, delay time.Duration) func() string {
		return func() string {
			var mutex sync.Mutex
			var tried []string
			dialer := &net.Dialer{Timeout: timeout, FallbackDelay: delay, Resolver: resolver}
			dialer.Control = func(network, _ string, _ syscall.RawConn) error {
				mutex.Lock()
				defer mutex.Unlock()
				tried = append(tried, network)
				return nil
			}
			err := dial(dialer, fmt.Sprintf("both.test.:%d", port))
			mutex.Lock()
			defer mutex.Unlock()
			return strings.Join(tried, " ") + ": " + outcome(err)
		}
	}
	together(map[string]func() string{
		"default delay, 3s":    try(patience, 0),
		"default delay, 150ms": try(limit/2, 0),
		"delay -1, 1s":         try(time.Second, -1),
		"delay -1, 5s":         try(5*time.Second, -1),
	})
}
