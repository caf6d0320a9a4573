package main

import (
	"context"
	"net"
	"net/http"
	"time"
)

type dialHook = func(ctx context.Context, network, address string) (net.Conn, error)

// dialHookContext dials a black hole by a hook that keeps its context and by one that drops it.
func dialHookContext() {
	for name, hook := range map[string]dialHook{
		"keeps": func(ctx context.Context, network, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
		"drops": func(_ context.Context, network, address string) (net.Conn, error) {
			return new(net.Dialer).Dial(network, address)
		},
	} {
		hole := blackHole("127.0.0.1")
		say(name+" called", watch(func() error {
			_, err := hook(discard(context.WithTimeout(context.Background(), limit)), "tcp", hole)
			return err
		}))
		other := blackHole("127.0.0.1")
		transport := &http.Transport{DialContext: hook}
		say(name+" request", outcome(fetch(
			discard(context.WithTimeout(context.Background(), limit)), &http.Client{Transport: transport}, http.MethodGet, "http://"+other,
		)))
		time.Sleep(limit)
		say(name+" connecting after the request", halfOpen(other))
		// The one way to end the dial of a request that is gone.
		transport.CloseIdleConnections()
		time.Sleep(2 * limit)
		say(name+" connecting after CloseIdleConnections", halfOpen(other))
	}
}
