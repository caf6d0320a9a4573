package main

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"
)

// lostCancel drops contexts with an hour to go, with and without a call of cancel, and counts those that stay in memory.
func lostCancel() {
	const made = 100
	for _, cancels := range []bool{false, true} {
		var freed atomic.Int64
		for range made {
			kept := &[64]byte{}
			runtime.SetFinalizer(kept, func(*[64]byte) { freed.Add(1) })
			type key struct{}
			parent := context.WithValue(context.Background(), key{}, kept)
			if cancels {
				_, cancel := context.WithTimeout(parent, time.Hour)
				cancel()
			} else {
				discard(context.WithTimeout(parent, time.Hour))
			}
		}
		for range 10 {
			runtime.GC()
			time.Sleep(limit / 30)
		}
		if cancels {
			say("in memory after cancel", made-freed.Load())
		} else {
			say("in memory without cancel", made-freed.Load())
		}
	}
}
