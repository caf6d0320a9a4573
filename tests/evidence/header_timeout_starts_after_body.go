package main

import (
	"io"
	"net/http"
	"time"
)

// headerTimeoutStartsAfterBody sends a request body for longer than ResponseHeaderTimeout.
func headerTimeoutStartsAfterBody() {
	url, _ := counted(func(_ http.ResponseWriter, request *http.Request) { io.Copy(io.Discard, request.Body) })
	client := &http.Client{Transport: &http.Transport{ResponseHeaderTimeout: 2 * limit}}
	reader, writer := io.Pipe()
	go func() {
		writer.Write([]byte("start"))
		time.Sleep(4 * limit)
		writer.Close()
	}()
	response, err := client.Post(url, "text/plain", reader)
	if err == nil {
		response.Body.Close()
	}
	say("slow upload", outcome(err))
}
