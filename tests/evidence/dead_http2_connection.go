package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
)

// deadHTTP2Connection loses everything on the first connection and sees whether requests ever leave it.
func deadHTTP2Connection() {
	server, trusted := overTLS()
	try := func(settings *http.HTTP2Config) func() string {
		return func() string {
			way, lose := losingWay(server)
			var dials atomic.Int64
			transport := &http.Transport{
				ForceAttemptHTTP2: true,
				HTTP2:             settings,
				TLSClientConfig:   &tls.Config{RootCAs: trusted},
				DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
					dials.Add(1)
					return new(net.Dialer).DialContext(ctx, network, way)
				},
			}
			check(get(&http.Client{Transport: transport}, "https://example.com/"))
			lose()
			client := &http.Client{Transport: transport, Timeout: limit}
			ask := func() bool { return get(client, "https://example.com/") == nil }
			well := false
			if settings == nil {
				for range requestsAtOnce {
					well = well || ask()
				}
			} else {
				well = eventually(ask)
			}
			switch {
			case well && dials.Load() > 1:
				return "recovers"
			case !well && dials.Load() == 1:
				return "stays on the dead connection"
			default:
				return "neither"
			}
		}
	}
	together(map[string]func() string{
		"without ping": try(nil),
		"with ping":    try(&http.HTTP2Config{SendPingTimeout: limit, PingTimeout: limit}),
	})
}

// overTLS is a server that speaks HTTP/2 and tells the protocol, and whom to trust for it.
func overTLS() (address string, trusted *x509.CertPool) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		io.WriteString(writer, request.Proto)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	trusted = x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	return server.Listener.Addr().String(), trusted
}

// losingWay is a way to a server that, once told so, loses everything on the connections it has then.
func losingWay(server string) (address string, lose func()) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	var generation atomic.Int64
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far := must(net.Dial("tcp", server))
			born := generation.Load()
			pass := func(to, from net.Conn) {
				buffer := make([]byte, 1<<16)
				for {
					length, err := from.Read(buffer)
					if err != nil {
						return
					}
					if generation.Load() == born {
						to.Write(buffer[:length])
					}
				}
			}
			go pass(far, near)
			go pass(near, far)
		}
	}()
	return listener.Addr().String(), func() { generation.Add(1) }
}
