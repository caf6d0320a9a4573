package main

import (
	"net/http"
)

// transportPerCall makes ten requests with what is made anew for each, and counts connections and goroutines that still read.
func transportPerCall() {
	shared := new(http.Transport)
	for _, way := range []struct {
		name   string
		client func() *http.Client
	}{
		{"client", func() *http.Client { return &http.Client{Transport: shared} }},
		{"transport without keep-alive", func() *http.Client { return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} }},
		{"clone", func() *http.Client { return &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()} }},
		{"transport", func() *http.Client { return &http.Client{Transport: new(http.Transport)} }},
	} {
		url, opened := counted(func(http.ResponseWriter, *http.Request) {})
		before := running(readLoop)
		for range requestsAtOnce {
			check(get(way.client(), url))
		}
		left := func() int { return running(readLoop) - before }
		if way.name == "transport without keep-alive" {
			eventually(func() bool { return left() == 0 })
		}
		say(way.name, opened.Load())
		say(way.name+" goroutines", left())
	}
}
