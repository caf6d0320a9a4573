package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/rpc"
	"net/smtp"
	"net/textproto"
)

// silentPeers calls what has no time-out of its own, and what has one, at a peer that accepts and says nothing.
func silentPeers() {
	peer := silence().address
	hole := blackHole("127.0.0.1")
	insecure := &tls.Config{InsecureSkipVerify: true}
	calls := map[string]func() error{
		"net.Dial": func() error {
			_, err := net.Dial("tcp", hole)
			return err
		},
		"tls.Dial": func() error {
			_, err := tls.Dial("tcp", peer, insecure)
			return err
		},
		"tls.DialWithDialer": func() error {
			_, err := tls.DialWithDialer(&net.Dialer{Timeout: limit}, "tcp", peer, insecure)
			return err
		},
		"smtp.Dial": func() error {
			_, err := smtp.Dial(peer)
			return err
		},
		"smtp.SendMail": func() error {
			return smtp.SendMail(peer, nil, "a@test", []string{"b@test"}, []byte("text"))
		},
		"textproto.Dial": func() error {
			connection, err := textproto.Dial("tcp", peer)
			if err != nil {
				return err
			}
			_, err = connection.ReadLine()
			return err
		},
		"rpc.DialHTTP": func() error {
			_, err := rpc.DialHTTP("tcp", peer)
			return err
		},
		"http.Post": func() error {
			response, err := http.Post("http://"+peer, "text/plain", nil)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, response.Body)
			return err
		},
	}
	cases := make(map[string]func() string)
	for name, call := range calls {
		cases[name] = func() string { return watch(call) }
	}
	together(cases)
}
