package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// limit is what a time-out under test is set to.
	limit = 300 * time.Millisecond
	// patience is how long something is watched before it counts as waiting for ever.
	patience = 10 * limit
)

// forever is the outcome of what had not ended within patience.
const forever = "waits"

var out sync.Mutex

// say prints one fact: a key, a tab, a value.
func say(key string, value any) {
	out.Lock()
	defer out.Unlock()
	fmt.Printf("%s\t%v\n", key, value)
}

// must gives the value of what cannot fail on a machine that is in order.
func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// outcomes are the texts by which errors are told apart; the first that occurs counts.
var outcomes = []string{
	"Client.Timeout exceeded while awaiting headers",
	"Client.Timeout or context cancellation while reading body",
	"TLS handshake timeout",
	"timeout awaiting response headers",
	"connection timed out",
	"no such host",
	"server misbehaving",
	"i/o timeout",
	"context deadline exceeded",
	"context canceled",
	"unexpected EOF",
	"connection reset by peer",
	"EOF",
}

// outcome is a short and stable word for how something ended.
func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	text := err.Error()
	for _, known := range outcomes {
		if !strings.Contains(text, known) {
			continue
		}
		var failed *net.OpError
		if known == "i/o timeout" && errors.As(err, &failed) && failed.Op == "dial" {
			if strings.Contains(text, "lookup ") {
				return "lookup: i/o timeout"
			}
			return "dial: i/o timeout"
		}
		return known
	}
	return text
}

// watch runs act and tells its outcome, or that it waits.
func watch(act func() error) string {
	ended := make(chan string, 1)
	go func() { ended <- outcome(act()) }()
	select {
	case how := <-ended:
		return how
	case <-time.After(patience):
		return forever
	}
}

// together runs all cases at the same time and says what each gives, in order of their keys.
func together(cases map[string]func() string) {
	var group sync.WaitGroup
	var mutex sync.Mutex
	found := make(map[string]string)
	for key, act := range cases {
		group.Add(1)
		go func() {
			defer group.Done()
			value := act()
			mutex.Lock()
			defer mutex.Unlock()
			found[key] = value
		}()
	}
	group.Wait()
	keys := make([]string, 0, len(found))
	for key := range found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		say(key, found[key])
	}
}

// eventually tells whether a condition comes true; it asks again and again, for twice as long as patience.
func eventually(condition func() bool) bool {
	for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(limit / 30) {
		if condition() {
			return true
		}
	}
	return condition()
}

// fetch makes a request and reads the whole answer.
func fetch(ctx context.Context, client *http.Client, method, url string) error {
	response, err := client.Do(must(http.NewRequestWithContext(ctx, method, url, nil)))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// get is fetch for those who bring no context.
func get(client *http.Client, url string) error {
	return fetch(context.Background(), client, http.MethodGet, url)
}

// serve starts an HTTP server on loopback and gives its address.
func serve(server *http.Server) string {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	go server.Serve(listener)
	return listener.Addr().String()
}

// counted is a server with a count of the connections that clients opened.
func counted(handler http.HandlerFunc) (url string, opened *atomic.Int64) {
	opened = new(atomic.Int64)
	server := &http.Server{Handler: handler, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}}
	return "http://" + serve(server), opened
}

// blackHole is a port at which connections are neither taken nor refused: the kernel drops each SYN while the accept queue is full.
func blackHole(host string) string {
	return blackHoleAt(host, 0)
}

func blackHoleAt(host string, port int) string {
	family := syscall.AF_INET
	ip := net.ParseIP(host)
	if ip.To4() == nil {
		family = syscall.AF_INET6
	}
	descriptor := must(syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0))
	if family == syscall.AF_INET {
		check(syscall.Bind(descriptor, &syscall.SockaddrInet4{Addr: [4]byte(ip.To4()), Port: port}))
	} else {
		check(syscall.Bind(descriptor, &syscall.SockaddrInet6{Addr: [16]byte(ip), Port: port}))
	}
	check(syscall.Listen(descriptor, 0))
	switch bound := must(syscall.Getsockname(descriptor)).(type) {
	case *syscall.SockaddrInet4:
		port = bound.Port
	case *syscall.SockaddrInet6:
		port = bound.Port
	}
	address := net.JoinHostPort(host, fmt.Sprint(port))
	for range 8 {
		connection, err := net.DialTimeout("tcp", address, limit/3)
		if err != nil {
			return address
		}
		held = append(held, connection)
	}
	check(errors.New("the accept queue does not fill up"))
	return ""
}

// held keeps connections from being closed by the garbage collector.
var held []net.Conn

// freePort is a port that is free on each of the hosts.
func freePort(hosts ...string) int {
	for range 50 {
		first := must(net.Listen("tcp", net.JoinHostPort(hosts[0], "0")))
		port := first.Addr().(*net.TCPAddr).Port
		taken := false
		for _, host := range hosts[1:] {
			listener, err := net.Listen("tcp", net.JoinHostPort(host, fmt.Sprint(port)))
			if err != nil {
				taken = true
				break
			}
			listener.Close()
		}
		first.Close()
		if !taken {
			return port
		}
	}
	check(errors.New("no port is free"))
	return 0
}

// halfOpen counts the connections to address that wait for an answer to their SYN.
func halfOpen(address string) int {
	host, port, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host).To4()
	var number int
	fmt.Sscan(port, &number)
	remote := fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], number)
	count := 0
	for line := range strings.Lines(string(must(os.ReadFile("/proc/self/net/tcp")))) {
		if fields := strings.Fields(line); len(fields) > 3 && fields[2] == remote && fields[3] == "02" {
			count++
		}
	}
	return count
}

// running counts the goroutines that are in a function.
func running(function string) int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), function+"(")
}

const (
	dialing  = "net/http.(*Transport).dialConnFor"
	readLoop = "net/http.(*persistConn).readLoop"
)

// silentServer accepts connections, reads what comes and never says a word.
type silentServer struct {
	address string
	open    atomic.Int64
}

func silence() *silentServer {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	server := &silentServer{address: listener.Addr().String()}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			server.open.Add(1)
			go func() {
				io.Copy(io.Discard, connection)
				connection.Close()
				server.open.Add(-1)
			}()
		}
	}()
	return server
}
