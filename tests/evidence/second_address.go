package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"
)

// secondAddress dials names whose first addresses are black holes and whose last one answers, and prints which were tried.
func secondAddress() {
	port := freePort("127.0.0.2", "127.0.0.3", "127.0.0.4")
	last := func(host string) string { return host[strings.LastIndex(host, ".")+1:] }
	blackHoleAt("127.0.0.2", port)
	blackHoleAt("127.0.0.3", port)
	living := must(net.Listen("tcp", fmt.Sprintf("127.0.0.4:%d", port)))
	go (&http.Server{}).Serve(living)
	two := names(addresses("127.0.0.2", "127.0.0.4")).resolver()
	three := names(addresses("127.0.0.2", "127.0.0.3", "127.0.0.4")).resolver()
	try := func(resolver *net.Resolver, timeout, whole time.Duration) func() string {
		return func() string {
			var mutex sync.Mutex
			var tried []string
			dialer := &net.Dialer{Timeout: timeout, Resolver: resolver}
			dialer.Control = func(_, address string, _ syscall.RawConn) error {
				mutex.Lock()
				defer mutex.Unlock()
				host, _, _ := net.SplitHostPort(address)
				tried = append(tried, last(host))
				return nil
			}
			address := fmt.Sprintf("many.test.:%d", port)
			var err error
			if whole > 0 {
				transport := &http.Transport{DialContext: dialer.DialContext}
				err = get(&http.Client{Timeout: whole, Transport: transport}, "http://"+address)
			} else {
				ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
				defer cancel()
				var connection net.Conn
				if connection, err = dialer.DialContext(ctx, "tcp", address); err == nil {
					connection.Close()
				}
			}
			mutex.Lock()
			defer mutex.Unlock()
			return fmt.Sprintf("tried %s: %s", strings.Join(tried, " "), outcome(err))
		}
	}
	together(map[string]func() string{
		"two addresses, 1s":                        try(two, time.Second, 0),
		"two addresses, 5s":                        try(two, 5*time.Second, 0),
		"three addresses, 3s":                      try(three, 3*time.Second, 0),
		"three addresses, 6s":                      try(three, 6*time.Second, 0),
		"two addresses, 30s, Client.Timeout 3s":    try(two, 30*time.Second, 3*time.Second),
		"two addresses, 2400ms, Client.Timeout 5s": try(two, 2400*time.Millisecond, 5*time.Second),
	})
}
