package main

import (
	"io"
	"net/http"
	"sync/atomic"
)

// bodiesHoldSlots leaves two bodies open where two connections are allowed and makes a third request.
func bodiesHoldSlots() {
	url, _ := counted(func(writer http.ResponseWriter, _ *http.Request) { io.WriteString(writer, "some text") })
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 2}}
	first := must(client.Get(url))
	must(client.Get(url))
	var third atomic.Bool
	say("third", watch(func() error {
		err := get(client, url)
		third.Store(true)
		return err
	}))
	io.Copy(io.Discard, first.Body)
	first.Body.Close()
	say("third after a close", eventually(third.Load))
}
