package main

import (
	"context"
	"net/http"
)

// earlierDeadlineWins sets Client.Timeout and a context's deadline, one short and one long.
func earlierDeadlineWins() {
	silent := "http://" + silence().address
	together(map[string]func() string{
		"context first": func() string {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			return outcome(fetch(ctx, &http.Client{Timeout: patience}, http.MethodGet, silent))
		},
		"client first": func() string {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			return outcome(fetch(ctx, &http.Client{Timeout: limit}, http.MethodGet, silent))
		},
	})
}
