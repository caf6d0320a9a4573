package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// bodies treats the bodies of ten answers in a row in several ways and counts connections and, of bodies left, goroutines that read.
func bodies() {
	const requests = 10
	url, opened := counted(func(writer http.ResponseWriter, request *http.Request) {
		size, _ := strconv.Atoi(strings.Trim(request.URL.Path, "/"))
		writer.Header().Set("Content-Length", strconv.Itoa(size))
		io.WriteString(writer, strings.Repeat("x", size))
	})
	for _, size := range []int{2, 1 << 20} {
		for _, way := range []struct {
			name string
			use  func(io.ReadCloser)
		}{
			{"closed", func(body io.ReadCloser) { body.Close() }},
			{"read and closed", func(body io.ReadCloser) {
				io.Copy(io.Discard, body)
				body.Close()
			}},
			{"read", func(body io.ReadCloser) { io.Copy(io.Discard, body) }},
			{"left", func(io.ReadCloser) {}},
		} {
			opened.Store(0)
			before := running(readLoop)
			transport := new(http.Transport)
			client := &http.Client{Transport: transport}
			for range requests {
				way.use(must(client.Get(fmt.Sprintf("%s/%d", url, size))).Body)
			}
			name := fmt.Sprintf("%d %s", size, way.name)
			say(name, opened.Load())
			if way.name == "left" {
				say(name+" goroutines", running(readLoop)-before)
				continue
			}
			transport.CloseIdleConnections()
			eventually(func() bool { return running(readLoop) == before })
		}
	}
}
