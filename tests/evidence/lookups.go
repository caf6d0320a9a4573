package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"time"
)

// lookups reads from standard input what a name server says and what to look up, and prints each lookup with the questions asked.
//
// The search list and the options are those of /etc/resolv.conf.
func lookups() {
	var script struct {
		Names   []string
		Network string
		Answers map[string]string
	}
	check(json.NewDecoder(os.Stdin).Decode(&script))
	server := names(func(asked question, times int) reply {
		switch script.Answers[asked.name] {
		case "found":
			return addresses("127.0.0.1", "::1")(asked, times)
		case "nodata":
			return reply{}
		case "servfail":
			return reply{code: codeServFail}
		case "refused":
			return reply{code: codeRefused}
		case "timeout":
			return reply{lost: true}
		case "AAAA lost once":
			if asked.kind == typeAAAA && times == 0 {
				return reply{lost: true}
			}
			return addresses("127.0.0.1")(asked, times)
		default:
			return reply{code: codeNXDomain}
		}
	})
	kinds := map[uint16]string{typeA: "A", typeAAAA: "AAAA"}
	for _, name := range script.Names {
		start := time.Now()
		addresses, err := server.resolver().LookupIP(context.Background(), script.Network, name)
		waited := time.Since(start)
		how := "found"
		var failed *net.DNSError
		if errors.As(err, &failed) {
			switch {
			case failed.IsNotFound:
				how = "not found"
			case failed.IsTimeout:
				how = "timeout"
			default:
				how = "server failure"
			}
		} else if err != nil || len(addresses) == 0 {
			// An onion name gives an error of another type.
			how = "not found"
		}
		asked := [][2]string{}
		for _, one := range server.asked() {
			asked = append(asked, [2]string{one.name, kinds[one.kind]})
		}
		say(name, string(must(json.Marshal(map[string]any{"asked": asked, "answer": how, "milliseconds": waited.Milliseconds()}))))
	}
}
