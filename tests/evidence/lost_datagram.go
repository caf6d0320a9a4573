package main

import (
	"context"
	"fmt"
	"net"
	"time"
)

// lostDatagram loses the first AAAA question of each dial; resolv.conf says that it is asked again after a second.
func lostDatagram() {
	listener := must(net.Listen("tcp4", "127.0.0.1:0"))
	try := func(network string, timeout time.Duration) func() string {
		return func() string {
			server := names(func(asked question, times int) reply {
				if asked.kind == typeAAAA && times == 0 {
					return reply{lost: true}
				}
				return addresses("127.0.0.1")(asked, times)
			})
			dialer := &net.Dialer{Timeout: timeout, Resolver: server.resolver()}
			start := time.Now()
			connection, err := dialer.DialContext(context.Background(), network, fmt.Sprintf("name.test.:%d", listener.Addr().(*net.TCPAddr).Port))
			if err == nil {
				connection.Close()
			}
			how := outcome(err)
			if time.Since(start) >= time.Second {
				how += ", after a second"
			}
			return how
		}
	}
	together(map[string]func() string{
		"Dialer.Timeout below":       try("tcp", 700*time.Millisecond),
		"Dialer.Timeout above":       try("tcp", 3*time.Second),
		"Dialer.Timeout below, tcp4": try("tcp4", 700*time.Millisecond),
	})
}
