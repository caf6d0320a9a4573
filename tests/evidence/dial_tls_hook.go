package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
)

// dialTLSHook dials by DialTLSContext beside a DialContext and a TLSHandshakeTimeout.
func dialTLSHook() {
	silent := "https://" + silence().address
	var plainDials atomic.Int64
	transport := &http.Transport{
		TLSHandshakeTimeout: limit,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			plainDials.Add(1)
			return nil, net.ErrClosed
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return (&tls.Dialer{}).DialContext(ctx, network, address)
		},
	}
	say("handshake", watch(func() error { return get(&http.Client{Transport: transport}, silent) }))
	say("DialContext calls", plainDials.Load())
}
