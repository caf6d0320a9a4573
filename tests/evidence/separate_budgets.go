package main

import (
	"net"
	"net/http"
	"time"
)

// separateBudgets gives dial and handshake a time-out each, in both orders, at a server that never says a TLS word.
func separateBudgets() {
	silent := "https://" + silence().address
	try := func(connect, handshake time.Duration) func() string {
		transport := &http.Transport{DialContext: (&net.Dialer{Timeout: connect}).DialContext, TLSHandshakeTimeout: handshake}
		return func() string {
			start := time.Now()
			how := outcome(get(&http.Client{Transport: transport}, silent))
			if time.Since(start) >= handshake {
				how += ", after the whole of it"
			}
			return how
		}
	}
	together(map[string]func() string{
		"dialer < handshake": try(limit, 3*limit),
		"dialer > handshake": try(3*limit, limit),
	})
}
