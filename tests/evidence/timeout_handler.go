package main

import (
	"io"
	"net/http"
	"time"
)

// timeoutHandler sets TimeoutHandler and WriteTimeout in each order around a handler that never ends.
func timeoutHandler() {
	try := func(answer, write time.Duration) func() string {
		return func() string {
			endless := http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() })
			address := serve(&http.Server{WriteTimeout: write, Handler: http.TimeoutHandler(endless, answer, "")})
			response, err := http.Get("http://" + address)
			if err != nil {
				return outcome(err)
			}
			defer response.Body.Close()
			io.Copy(io.Discard, response.Body)
			return response.Status
		}
	}
	together(map[string]func() string{
		"TimeoutHandler < WriteTimeout": try(limit, patience),
		"TimeoutHandler = WriteTimeout": try(limit, limit),
		"TimeoutHandler > WriteTimeout": try(3*limit, limit),
	})
}
