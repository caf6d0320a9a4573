package main

import (
	"context"
	"net"
)

// truncatedAnswer asks for what is too long for UDP, with a Resolver.Dial that keeps the network it is told and one that always takes UDP.
func truncatedAnswer() {
	server := names(func(asked question, times int) reply {
		answer := addresses("127.0.0.1")(asked, times)
		answer.tooLong = true
		return answer
	})
	for name, resolver := range map[string]*net.Resolver{
		"network as told": server.resolver(),
		"always UDP": {PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "udp", server.udp)
		}},
	} {
		_, err := resolver.LookupHost(context.Background(), "name.test.")
		say(name, outcome(err))
	}
}
