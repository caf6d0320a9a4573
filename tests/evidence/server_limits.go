package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// serverLimits makes clients of four kinds wait for servers with one limit each and sees whose connection is closed.
func serverLimits() {
	cases := make(map[string]func() string)
	for limited, configure := range map[string]func(*http.Server){
		"none":                              func(*http.Server) {},
		"ReadHeaderTimeout":                 func(server *http.Server) { server.ReadHeaderTimeout = limit },
		"ReadTimeout":                       func(server *http.Server) { server.ReadTimeout = limit },
		"WriteTimeout":                      func(server *http.Server) { server.WriteTimeout = limit },
		"IdleTimeout":                       func(server *http.Server) { server.IdleTimeout = limit },
		"ReadTimeout, longer IdleTimeout":   func(server *http.Server) { server.ReadTimeout, server.IdleTimeout = limit, time.Hour },
		"ReadTimeout, ReadHeaderTimeout -1": func(server *http.Server) { server.ReadTimeout, server.ReadHeaderTimeout = limit, -1 },
	} {
		for client, words := range map[string]string{
			"nothing":   "",
			"headers":   "GET / HTTP/1.1\r\nHost: test\r\nX-Endless: ",
			"body":      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nx",
			"idle":      "GET / HTTP/1.1\r\nHost: test\r\n\r\n",
			"handshake": "",
		} {
			cases[limited+"/"+client] = func() string {
				server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
					io.Copy(io.Discard, request.Body)
				})}
				configure(server)
				listener := must(net.Listen("tcp", "127.0.0.1:0"))
				address := listener.Addr().String()
				if client == "handshake" {
					listener = tls.NewListener(listener, &tls.Config{Certificates: make([]tls.Certificate, 1)})
				}
				go server.Serve(listener)
				return lasts(address, words, client == "idle")
			}
		}
	}
	cases["http.Serve/nothing"] = func() string {
		listener := must(net.Listen("tcp", "127.0.0.1:0"))
		go http.Serve(listener, http.NotFoundHandler())
		return lasts(listener.Addr().String(), "", false)
	}
	together(cases)
}

// lasts says a part of a request and tells whether the server closes the connection, or waits for the rest of it.
func lasts(server, words string, answered bool) string {
	connection := must(net.Dial("tcp", server))
	defer connection.Close()
	must(fmt.Fprint(connection, words))
	reader := bufio.NewReader(connection)
	if answered {
		response := must(http.ReadResponse(reader, nil))
		response.Body.Close()
	}
	how := watch(func() error {
		_, err := io.Copy(io.Discard, reader)
		return err
	})
	if how == forever {
		return "open"
	}
	return "closed"
}
