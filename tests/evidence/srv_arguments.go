package main

import (
	"context"
	"errors"
	"net"
)

// srvArguments looks up SRV records with and without leading underscores, and prints the name asked for and how it ended.
func srvArguments() {
	const service = "_http._tcp.web.default.svc.cluster.local."
	server := names(func(asked question, _ int) reply {
		if asked == (question{service, typeSRV}) {
			// Priority, weight and port, then the name of one label.
			return reply{records: [][]byte{{0, 0, 0, 0, 0, 80, 1, 'a', 0}}}
		}
		return reply{code: codeNXDomain}
	})
	for key, arguments := range map[string][3]string{
		"http tcp":      {"http", "tcp", "web.default.svc.cluster.local."},
		"_http _tcp":    {"_http", "_tcp", "web.default.svc.cluster.local."},
		"whole name":    {"", "", service},
		"other service": {"metrics", "tcp", "web.default.svc.cluster.local."},
	} {
		_, _, err := server.resolver().LookupSRV(context.Background(), arguments[0], arguments[1], arguments[2])
		how := outcome(err)
		var failed *net.DNSError
		if errors.As(err, &failed) && failed.IsNotFound && !failed.IsTimeout {
			how = "not found"
		}
		say(key, server.asked()[0].name+" "+how)
	}
}
