package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// dialBudget prints the milliseconds that a dialer grants the first of several addresses.
func dialBudget() {
	resolvers := map[int]*net.Resolver{
		2: names(addresses("127.0.0.2", "127.0.0.3")).resolver(),
		3: names(addresses("127.0.0.2", "127.0.0.3", "127.0.0.4")).resolver(),
	}
	for count, resolver := range resolvers {
		for _, timeout := range []time.Duration{500, 1000, 1900, 2500, 3000, 5000, 9000, 30000} {
			var granted []time.Duration
			dialer := &net.Dialer{Timeout: timeout * time.Millisecond, Resolver: resolver}
			dialer.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
				deadline, _ := ctx.Deadline()
				granted = append(granted, time.Until(deadline))
				return errors.New("dead")
			}
			dialer.Dial("tcp", "many.test.:80")
			say(fmt.Sprintf("%d/%d", count, timeout), granted[0].Milliseconds())
		}
	}
}
