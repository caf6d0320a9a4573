package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
)

// http2Enabled asks one server with several transports and prints the protocol that each speaks.
func http2Enabled() {
	server, trusted := overTLS()
	settings := func() *tls.Config { return &tls.Config{RootCAs: trusted, ServerName: "example.com"} }
	cloned := http.DefaultTransport.(*http.Transport).Clone()
	cloned.TLSClientConfig = settings()
	for name, transport := range map[string]*http.Transport{
		"TLSClientConfig":                   {TLSClientConfig: settings()},
		"DialContext":                       {TLSClientConfig: settings(), DialContext: new(net.Dialer).DialContext},
		"DialContext, ForceAttemptHTTP2":    {TLSClientConfig: settings(), DialContext: new(net.Dialer).DialContext, ForceAttemptHTTP2: true},
		"clone of default, TLSClientConfig": cloned,
	} {
		response := must((&http.Client{Transport: transport}).Get("https://" + server))
		say(name, string(must(io.ReadAll(response.Body))))
		response.Body.Close()
	}
}
