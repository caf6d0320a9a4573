package main

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
)

// deadDialsHoldSlots loses two dials, makes the server well again and sees whether requests get through.
func deadDialsHoldSlots() {
	url, _ := counted(func(http.ResponseWriter, *http.Request) {})
	for name, dialer := range map[string]*net.Dialer{"unbounded": {}, "bounded": {Timeout: 2 * limit}} {
		hole := blackHole("127.0.0.1")
		var dead atomic.Bool
		var dials atomic.Int64
		dead.Store(true)
		transport := &http.Transport{MaxConnsPerHost: 2, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dials.Add(1)
			if dead.Load() {
				address = hole
			}
			return dialer.DialContext(ctx, network, address)
		}}
		client := &http.Client{Timeout: limit, Transport: transport}
		failed := failures(client, url)
		dead.Store(false)
		well := 0
		if name == "bounded" {
			eventually(func() bool { return get(client, url) == nil })
		}
		for range requestsAtOnce {
			if get(client, url) == nil {
				well++
			}
		}
		say(name+" failed", failed)
		if name == "unbounded" {
			say(name+" dials", dials.Load())
		}
		say(name+" well again", well > 0)
	}
}
