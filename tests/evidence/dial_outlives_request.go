package main

import (
	"net"
	"net/http"
	"sync"
	"time"
)

const requestsAtOnce = 10

// dialOutlivesRequest lets requests into a black hole fail by Client.Timeout and counts what stays behind.
func dialOutlivesRequest() {
	leave := func(name string, transport *http.Transport) {
		hole := blackHole("127.0.0.1")
		client := &http.Client{Timeout: limit, Transport: transport}
		say(name+" failed", failures(client, "http://"+hole))
		if transport.DialContext == nil {
			// Time enough for what ends by itself, and little beside the two minutes of the kernel.
			time.Sleep(patience)
		} else {
			eventually(func() bool { return halfOpen(hole) == 0 && running(dialing) == 0 })
		}
		say(name+" goroutines", running(dialing))
		say(name+" connecting", halfOpen(hole))
		transport.CloseIdleConnections()
		eventually(func() bool { return halfOpen(hole) == 0 })
		say(name+" connecting after CloseIdleConnections", halfOpen(hole))
	}
	leave("bounded", &http.Transport{DialContext: (&net.Dialer{Timeout: 2 * limit}).DialContext})
	leave("unbounded", &http.Transport{})
}

// failures makes requests at once and counts those that fail.
func failures(client *http.Client, url string) int {
	var group sync.WaitGroup
	var mutex sync.Mutex
	failed := 0
	for range requestsAtOnce {
		group.Add(1)
		go func() {
			defer group.Done()
			if get(client, url) != nil {
				mutex.Lock()
				defer mutex.Unlock()
				failed++
			}
		}()
	}
	group.Wait()
	return failed
}
