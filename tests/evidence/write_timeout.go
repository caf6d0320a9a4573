package main

import (
	"net/http"
	"sync/atomic"
	"time"
)

// writeTimeout lets a handler work for longer than the server's WriteTimeout.
func writeTimeout() {
	var finished, cancelled, writeFailed atomic.Bool
	address := serve(&http.Server{WriteTimeout: limit, Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		select {
		case <-request.Context().Done():
			cancelled.Store(true)
		case <-time.After(4 * limit):
		}
		_, err := writer.Write([]byte("done"))
		writeFailed.Store(err != nil)
		finished.Store(true)
	})})
	err := get(http.DefaultClient, "http://"+address)
	say("client", outcome(err))
	say("handler was done first", finished.Load())
	say("context was cancelled", cancelled.Load())
	say("write failed", writeFailed.Load())
}
