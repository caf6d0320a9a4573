package main

import (
	"context"
	"net"
	"os"
	"sync/atomic"
)

// resolverDialIgnored counts the calls of Resolver.Dial, with and without PreferGo, in a program that was told to use cgo.
func resolverDialIgnored() {
	if !builtWithCgo {
		say("skip", "built without cgo")
		return
	}
	check(os.Setenv("GODEBUG", "netdns=cgo"))
	server := names(addresses("127.0.0.1"))
	for name, preferGo := range map[string]bool{"without PreferGo": false, "with PreferGo": true} {
		var calls atomic.Int64
		resolver := &net.Resolver{PreferGo: preferGo, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			calls.Add(1)
			return new(net.Dialer).DialContext(ctx, network, server.udp)
		}}
		_, err := resolver.LookupHost(context.Background(), "name.test.")
		say(name+" found", err == nil)
		say(name+" calls", calls.Load() > 0)
	}
}
