package main

import (
	"context"
	"net/http"
)

// derivedContextDiscarded makes a deadline and uses the context that it was derived from.
func derivedContextDiscarded() {
	silent := "http://" + silence().address
	together(map[string]func() string{
		"discarded": func() string {
			return watch(func() error {
				ctx := context.Background()
				_, cancel := context.WithTimeout(ctx, limit)
				defer cancel()
				return fetch(ctx, http.DefaultClient, http.MethodGet, silent)
			})
		},
		"used": func() string {
			return watch(func() error {
				ctx, cancel := context.WithTimeout(context.Background(), limit)
				defer cancel()
				return fetch(ctx, http.DefaultClient, http.MethodGet, silent)
			})
		},
	})
}
