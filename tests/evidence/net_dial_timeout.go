package main

import (
	"io"
	"net"
	"time"
)

// netDialTimeout dials with a time-out and reads from a peer that says nothing, with and without a deadline of the connection.
func netDialTimeout() {
	peer := silence().address
	read := func(deadline bool) func() string {
		return func() string {
			return watch(func() error {
				connection := must(net.DialTimeout("tcp", peer, limit))
				if deadline {
					connection.SetReadDeadline(time.Now().Add(limit))
				}
				_, err := io.ReadFull(connection, make([]byte, 1))
				return err
			})
		}
	}
	together(map[string]func() string{"read": read(false), "read with a deadline": read(true)})
}
