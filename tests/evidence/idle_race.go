package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// idleRace sends a second request while the server's close of the idle connection is still on its way.
func idleRace() {
	const serverIdle = 4 * limit
	cases := make(map[string]func() string)
	for _, kind := range []struct {
		name, method, key string
		clientIdle        time.Duration
	}{
		{"longer POST", http.MethodPost, "", time.Hour},
		{"longer POST with Idempotency-Key", http.MethodPost, "one", time.Hour},
		{"longer GET", http.MethodGet, "", time.Hour},
		{"shorter POST", http.MethodPost, "", limit},
	} {
		cases[kind.name] = func() string {
			server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), IdleTimeout: serverIdle}
			way, closed := slowGoodbye(serve(server))
			client := &http.Client{Transport: &http.Transport{IdleConnTimeout: kind.clientIdle}}
			ask := func() error {
				request := must(http.NewRequestWithContext(context.Background(), kind.method, "http://"+way, nil))
				if kind.key != "" {
					request.Header.Set("Idempotency-Key", kind.key)
				}
				response, err := client.Do(request)
				if err == nil {
					response.Body.Close()
				}
				return err
			}
			check(ask())
			if !eventually(closed.Load) {
				return "the server does not close"
			}
			return outcome(ask())
		}
	}
	together(cases)
}

// slowGoodbye is a way to a server on which news of a close by the server takes long; requests that meet it are lost with it.
func slowGoodbye(server string) (address string, closed *atomic.Bool) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	closed = new(atomic.Bool)
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far := must(net.Dial("tcp", server))
			go func() {
				io.Copy(far, near)
				far.Close()
			}()
			go func() {
				io.Copy(near, far)
				closed.Store(true)
				time.Sleep(2 * limit)
				near.Close()
			}()
		}
	}()
	return listener.Addr().String(), closed
}
