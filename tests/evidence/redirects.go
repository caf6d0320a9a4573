package main

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// redirects follows three hops, each of which takes a third of the time-out that is set.
func redirects() {
	const hop = 4 * limit / 3
	url, _ := counted(func(writer http.ResponseWriter, request *http.Request) {
		time.Sleep(hop)
		if left, _ := strconv.Atoi(strings.Trim(request.URL.Path, "/")); left > 0 {
			http.Redirect(writer, request, "/"+strconv.Itoa(left-1), http.StatusFound)
		}
	})
	together(map[string]func() string{
		"Client.Timeout": func() string {
			return outcome(get(&http.Client{Timeout: 3 * hop, Transport: &http.Transport{}}, url+"/3"))
		},
		"ResponseHeaderTimeout": func() string {
			return outcome(get(&http.Client{Transport: &http.Transport{ResponseHeaderTimeout: 3 * hop}}, url+"/3"))
		},
	})
}
