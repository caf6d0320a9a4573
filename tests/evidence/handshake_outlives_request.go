package main

import (
	"net/http"
	"time"
)

// handshakeOutlivesRequest lets requests to a server without a TLS word fail by Client.Timeout and counts what stays open.
func handshakeOutlivesRequest() {
	for name, transport := range map[string]*http.Transport{
		"bounded":   {TLSHandshakeTimeout: 2 * limit},
		"unbounded": {},
	} {
		server := silence()
		say(name+" failed", failures(&http.Client{Timeout: limit, Transport: transport}, "https://"+server.address))
		if name == "unbounded" {
			time.Sleep(patience)
		} else {
			eventually(func() bool { return server.open.Load() == 0 })
		}
		say(name+" open", server.open.Load())
	}
}
