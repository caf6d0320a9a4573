package main

import (
	"context"
	"net"
	"net/http"
	"time"
)

// attempt is one request with everything that a knob may be turned on.
type attempt struct {
	client    *http.Client
	transport *http.Transport
	dialer    *net.Dialer
	ctx       context.Context
}

// knobs set one time-out each and leave the others at none.
var knobs = map[string]func(*attempt){
	"Client.Timeout":        func(made *attempt) { made.client.Timeout = limit },
	"ctx":                   func(made *attempt) { made.ctx = discard(context.WithTimeout(made.ctx, limit)) },
	"Dialer.Timeout":        func(made *attempt) { made.dialer.Timeout = limit },
	"TLSHandshakeTimeout":   func(made *attempt) { made.transport.TLSHandshakeTimeout = limit },
	"ResponseHeaderTimeout": func(made *attempt) { made.transport.ResponseHeaderTimeout = limit },
	"IdleConnTimeout":       func(made *attempt) { made.transport.IdleConnTimeout = limit },
}

// phasesOfRequest each get stuck in one phase; they give the URL to ask for.
var phasesOfRequest = map[string]func(*attempt) string{
	"dns": func(made *attempt) string {
		made.dialer.Resolver = names(silent).resolver()
		return "http://name.test./"
	},
	"connect": func(*attempt) string { return "http://" + blackHole("127.0.0.1") },
	"tls":     func(*attempt) string { return "https://" + silence().address },
	"queue": func(made *attempt) string {
		url, _ := counted(stalledBody)
		made.transport.MaxConnsPerHost = 1
		// This one holds the only connection, since its body has no end.
		must((&http.Client{Transport: made.transport}).Get(url))
		return url
	},
	"headers": func(*attempt) string { return "http://" + silence().address },
	"body": func(*attempt) string {
		url, _ := counted(stalledBody)
		return url
	},
}

// phases turns each knob alone and sees which phases of a request it ends.
func phases() {
	cases := make(map[string]func() string)
	for phase, stuck := range phasesOfRequest {
		for knob, turn := range knobs {
			cases[phase+"/"+knob] = func() string {
				dialer := new(net.Dialer)
				transport := &http.Transport{DialContext: dialer.DialContext}
				made := &attempt{&http.Client{Transport: transport}, transport, dialer, context.Background()}
				url := stuck(made)
				turn(made)
				return watch(func() error { return fetch(made.ctx, made.client, http.MethodGet, url) })
			}
		}
	}
	together(cases)
}

// stalledBody sends the headers and the start of a body that never ends.
func stalledBody(writer http.ResponseWriter, request *http.Request) {
	writer.Write([]byte("start"))
	writer.(http.Flusher).Flush()
	select {
	case <-request.Context().Done():
	case <-time.After(longest):
	}
}

// discard drops a cancel function.
func discard(ctx context.Context, _ context.CancelFunc) context.Context { return ctx }
