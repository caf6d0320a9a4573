package main

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"time"
	"unsafe"
)

// zeroValues prints what a default transport has and what a transport has that nobody filled.
func zeroValues() {
	for name, transport := range map[string]*http.Transport{
		"DefaultTransport": http.DefaultTransport.(*http.Transport),
		"Clone":            http.DefaultTransport.(*http.Transport).Clone(),
		"zero":             {},
	} {
		say(name+".DialContext", transport.DialContext != nil)
		say(name+".Proxy", transport.Proxy != nil)
		say(name+".ForceAttemptHTTP2", transport.ForceAttemptHTTP2)
		for _, field := range []string{
			"TLSHandshakeTimeout", "ResponseHeaderTimeout", "ExpectContinueTimeout", "IdleConnTimeout",
			"MaxIdleConns", "MaxIdleConnsPerHost", "MaxConnsPerHost",
		} {
			say(name+"."+field, reflect.ValueOf(transport).Elem().FieldByName(field).Interface())
		}
		if transport.DialContext != nil {
			dialer := receiver(transport.DialContext)
			say(name+".Dialer.Timeout", dialer.Timeout)
			say(name+".Dialer.KeepAlive", dialer.KeepAlive)
		}
	}
	say("DefaultClient.Timeout", http.DefaultClient.Timeout)
	say("DefaultMaxIdleConnsPerHost", http.DefaultMaxIdleConnsPerHost)
	var server http.Server
	for _, field := range []string{"ReadTimeout", "ReadHeaderTimeout", "WriteTimeout", "IdleTimeout"} {
		say("Server."+field, reflect.ValueOf(&server).Elem().FieldByName(field).Interface().(time.Duration))
	}
}

// receiver is the dialer whose method a dial function is, read from where the compiler keeps it; nothing public tells it.
func receiver(dial func(context.Context, string, string) (net.Conn, error)) *net.Dialer {
	return (*(**struct {
		code   uintptr
		dialer *net.Dialer
	})(unsafe.Pointer(&dial))).dialer
}
