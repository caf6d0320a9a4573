package main

import (
	"context"
	"net"
)

// lookupWithoutContext asks a name server that says nothing; only a context ends it before the resolver's own time is spent.
func lookupWithoutContext() {
	resolver := names(silent).resolver()
	net.DefaultResolver = resolver
	together(map[string]func() string{
		"net.LookupHost": func() string {
			return watch(func() error {
				_, err := net.LookupHost("name.test.")
				return err
			})
		},
		"net.LookupSRV": func() string {
			return watch(func() error {
				_, _, err := net.LookupSRV("http", "tcp", "name.test.")
				return err
			})
		},
		"Resolver.LookupHost with a context": func() string {
			return watch(func() error {
				_, err := resolver.LookupHost(discard(context.WithTimeout(context.Background(), limit)), "name.test.")
				return err
			})
		},
	})
}
