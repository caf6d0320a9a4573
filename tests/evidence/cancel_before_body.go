package main

import (
	"context"
	"io"
	"net/http"
)

// cancelBeforeBody reads a body after the function that asked for it has cancelled its context.
func cancelBeforeBody() {
	read := make(chan bool)
	url, _ := counted(func(writer http.ResponseWriter, _ *http.Request) {
		writer.(http.Flusher).Flush()
		<-read
		io.WriteString(writer, "the text")
	})
	ask := func() *http.Response {
		ctx, cancel := context.WithTimeout(context.Background(), longest)
		defer cancel()
		return must(http.DefaultClient.Do(must(http.NewRequestWithContext(ctx, http.MethodGet, url, nil))))
	}
	response := ask()
	// The text is sent only when the read is over: a cancel takes its moment to arrive, and must not race with it.
	text, err := io.ReadAll(response.Body)
	close(read)
	say("bytes", len(text))
	say("error", outcome(err))
}
