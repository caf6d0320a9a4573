package main

import (
	"net"
	"net/http"
)

// responseOfFailure asks a port that refuses and looks at the response that comes with the error.
func responseOfFailure() {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	listener.Close()
	response, err := http.Get("http://" + listener.Addr().String())
	say("failed", err != nil)
	say("response is nil", response == nil)
	if err == nil {
		response.Body.Close()
	}
}
