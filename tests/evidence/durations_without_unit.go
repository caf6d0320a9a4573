package main

import (
	"context"
	"net"
	"net/http"
	"time"
)

// durationsWithoutUnit uses numbers that are no time anyone means: 30 of nothing, and seconds times seconds.
func durationsWithoutUnit() {
	answering, _ := counted(func(http.ResponseWriter, *http.Request) {})
	silent := "http://" + silence().address
	hole := blackHole("127.0.0.1")
	five, thirty := 5*time.Second, 30*time.Second
	// Five of them are 158 years; thirty do not fit into 64 bits and turn negative.
	say("5s*s", five*time.Second > 100*365*24*time.Hour)
	say("30s*s", thirty*time.Second < 0)
	together(map[string]func() string{
		"Client.Timeout: 30": func() string { return watch(func() error { return get(&http.Client{Timeout: 30}, answering) }) },
		"Client.Timeout: 5s*s": func() string {
			return watch(func() error { return get(&http.Client{Timeout: five * time.Second}, silent) })
		},
		"Client.Timeout: 30s*s": func() string {
			return watch(func() error { return get(&http.Client{Timeout: thirty * time.Second}, silent) })
		},
		"WithTimeout: 30s*s": func() string {
			return watch(func() error {
				return fetch(discard(context.WithTimeout(context.Background(), thirty*time.Second)), http.DefaultClient, http.MethodGet, answering)
			})
		},
		"Dialer.Timeout: 30": func() string { return watch(func() error { return dial(&net.Dialer{Timeout: 30}, hole) }) },
		"Dialer.Timeout: 5s*s": func() string {
			return watch(func() error { return dial(&net.Dialer{Timeout: five * time.Second}, hole) })
		},
		"Dialer.Timeout: 30s*s": func() string {
			return watch(func() error { return dial(&net.Dialer{Timeout: thirty * time.Second}, hole) })
		},
	})
}

// dial connects and closes.
func dial(dialer *net.Dialer, address string) error {
	connection, err := dialer.Dial("tcp", address)
	if err == nil {
		connection.Close()
	}
	return err
}
