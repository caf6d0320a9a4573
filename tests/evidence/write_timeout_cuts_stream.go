package main

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// writeTimeoutCutsStream streams ten events for longer than WriteTimeout, with and without a deadline of its own.
func writeTimeoutCutsStream() {
	const events = 10
	address := serve(&http.Server{WriteTimeout: limit, Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if strings.HasSuffix(request.URL.Path, "own") {
			check(http.NewResponseController(writer).SetWriteDeadline(time.Time{}))
		}
		for number := range events {
			fmt.Fprintln(writer, number)
			writer.(http.Flusher).Flush()
			time.Sleep(limit / 2)
		}
	})})
	try := func(path string) func() string {
		return func() string {
			response := must(http.Get("http://" + address + path))
			defer response.Body.Close()
			lines := bufio.NewScanner(response.Body)
			count := 0
			for lines.Scan() {
				count++
			}
			how := "all"
			if count < events {
				how = "some"
			}
			return how + ": " + outcome(lines.Err())
		}
	}
	together(map[string]func() string{"WriteTimeout": try("/"), "SetWriteDeadline(time.Time{})": try("/own")})
}
