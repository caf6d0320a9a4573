package main

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// idleConnectionsPerHost sends bursts of requests and counts the connections that they took.
func idleConnectionsPerHost() {
	const bursts, size = 5, 20
	for name, transport := range map[string]*http.Transport{
		"default":                {},
		"MaxIdleConns 1000":      {MaxIdleConns: 1000},
		"MaxIdleConnsPerHost 20": {MaxIdleConnsPerHost: size},
		"both, MaxIdleConns 5":   {MaxIdleConns: 5, MaxIdleConnsPerHost: size},
		"MaxIdleConnsPerHost -1": {MaxIdleConnsPerHost: -1},
		"DisableKeepAlives":      {DisableKeepAlives: true},
	} {
		var arrived atomic.Int64
		url, opened := counted(func(http.ResponseWriter, *http.Request) {
			// Nobody is answered before all have come, so that each needs a connection of its own.
			for burst := (arrived.Add(1) - 1) / size; arrived.Load() < (burst+1)*size; {
				time.Sleep(time.Millisecond)
			}
		})
		client := &http.Client{Transport: transport}
		for range bursts {
			var group sync.WaitGroup
			for range size {
				group.Add(1)
				go func() {
					defer group.Done()
					check(get(client, url))
				}()
			}
			group.Wait()
		}
		say(name, opened.Load())
	}
}
