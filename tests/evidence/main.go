// Command evidence runs one experiment and prints what it found, a line a fact: a key, a tab, a value.
//
// Everything happens on loopback. Time-outs are claims about order: of two things, which one ends first.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"time"
)

var experiments = map[string]func(){
	"address_fallback":                 addressFallback,
	"bodies":                           bodies,
	"bodies_hold_slots":                bodiesHoldSlots,
	"cancel_before_body":               cancelBeforeBody,
	"database_pool":                    databasePool,
	"dead_dials_hold_slots":            deadDialsHoldSlots,
	"dead_http2_connection":            deadHTTP2Connection,
	"derived_context_discarded":        derivedContextDiscarded,
	"dial_budget":                      dialBudget,
	"dial_error_hidden":                dialErrorHidden,
	"dial_hook_context":                dialHookContext,
	"dial_outlives_request":            dialOutlivesRequest,
	"dial_tls_hook":                    dialTLSHook,
	"durations_without_unit":           durationsWithoutUnit,
	"earlier_deadline_wins":            earlierDeadlineWins,
	"handshake_outlives_request":       handshakeOutlivesRequest,
	"header_timeout_starts_after_body": headerTimeoutStartsAfterBody,
	"http2_enabled":                    http2Enabled,
	"idle_connections_per_host":        idleConnectionsPerHost,
	"idle_race":                        idleRace,
	"keep_alive_options":               keepAliveOptions,
	"lookup_without_context":           lookupWithoutContext,
	"lookups":                          lookups,
	"lost_cancel":                      lostCancel,
	"lost_datagram":                    lostDatagram,
	"net_dial_timeout":                 netDialTimeout,
	"phases":                           phases,
	"redirects":                        redirects,
	"resolver_dial_ignored":            resolverDialIgnored,
	"response_of_failure":              responseOfFailure,
	"result_channel":                   resultChannel,
	"second_address":                   secondAddress,
	"separate_budgets":                 separateBudgets,
	"server_limits":                    serverLimits,
	"silent_peers":                     silentPeers,
	"srv_arguments":                    srvArguments,
	"timeout_handler":                  timeoutHandler,
	"transport_per_call":               transportPerCall,
	"truncated_answer":                 truncatedAnswer,
	"write_timeout":                    writeTimeout,
	"write_timeout_cuts_stream":        writeTimeoutCutsStream,
	"zero_values":                      zeroValues,
}

// longest is after how long an experiment that does not end is ended.
const longest = 40 * time.Second

func main() {
	log.SetOutput(io.Discard)
	time.AfterFunc(longest, func() {
		fmt.Fprintln(os.Stderr, "the experiment does not end")
		os.Exit(3)
	})
	if len(os.Args) != 2 || experiments[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: evidence EXPERIMENT")
		os.Exit(2)
	}
	experiments[os.Args[1]]()
}
