package main

import (
	"fmt"
	"net"
	"syscall"
	"time"
)

// keepAliveOptions asks the kernel what it was told about connections of several dialers.
func keepAliveOptions() {
	const tcpUserTimeout = 18
	target := silence().address
	for name, dialer := range map[string]*net.Dialer{
		"zero":                         {},
		"KeepAlive: 30s":               {KeepAlive: 30 * time.Second},
		"KeepAlive: -1":                {KeepAlive: -1},
		"KeepAliveConfig, not enabled": {KeepAliveConfig: net.KeepAliveConfig{Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 2}},
		"KeepAliveConfig, enabled": {
			KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 2},
		},
	} {
		connection := must(dialer.Dial("tcp", target)).(*net.TCPConn)
		must(connection.SyscallConn()).Control(func(descriptor uintptr) {
			option := func(level, name int) int { return must(syscall.GetsockoptInt(int(descriptor), level, name)) }
			state := "off"
			if option(syscall.SOL_SOCKET, syscall.SO_KEEPALIVE) != 0 {
				state = fmt.Sprintf("idle %d, interval %d, probes %d",
					option(syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE),
					option(syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL),
					option(syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT))
			}
			say(name, fmt.Sprintf("%s, user timeout %d", state, option(syscall.IPPROTO_TCP, tcpUserTimeout)))
		})
		connection.Close()
	}
}
