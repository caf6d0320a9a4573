package main

import (
	"net"
	"net/http"
	"time"
)

// dialErrorHidden lets the dial and the whole request run out in either order.
func dialErrorHidden() {
	hole := "http://" + blackHole("127.0.0.1")
	try := func(whole, connect time.Duration) func() string {
		transport := &http.Transport{DialContext: (&net.Dialer{Timeout: connect}).DialContext}
		return func() string { return outcome(get(&http.Client{Timeout: whole, Transport: transport}, hole)) }
	}
	together(map[string]func() string{
		"client < dialer": try(limit, patience),
		"client = dialer": try(limit, limit),
		"client > dialer": try(patience, limit),
	})
}
