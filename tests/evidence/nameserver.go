package main

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
)

// Record types and answer codes of RFC 1035, RFC 3596 and RFC 2782.
const (
	typeA    = 1
	typeAAAA = 28
	typeSRV  = 33

	codeOK       = 0
	codeServFail = 2
	codeNXDomain = 3
	codeRefused  = 5
)

// question is what a resolver asked for; name is rooted.
type question struct {
	name string
	kind uint16
}

// reply is what the name server says: a code and the data of the records, which may be too many for UDP, or nothing at all.
type reply struct {
	code    int
	records [][]byte
	tooLong bool
	lost    bool
}

// nameserver is a DNS server on loopback that says what its script says.
type nameserver struct {
	script func(asked question, times int) reply
	udp    string
	tcp    string
	mutex  sync.Mutex
	log    []question
}

// names starts a name server; times, as the script sees it, counts how often that question has come before.
func names(script func(asked question, times int) reply) *nameserver {
	socket := must(net.ListenPacket("udp", "127.0.0.1:0"))
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	server := &nameserver{script: script, udp: socket.LocalAddr().String(), tcp: listener.Addr().String()}
	go func() {
		buffer := make([]byte, 4096)
		for {
			length, client, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer := server.answer(buffer[:length], false); answer != nil {
				socket.WriteTo(answer, client)
			}
		}
	}()
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go server.overTCP(connection)
		}
	}()
	return server
}

// overTCP answers questions that have their length before them.
func (server *nameserver) overTCP(connection net.Conn) {
	defer connection.Close()
	var length uint16
	for binary.Read(connection, binary.BigEndian, &length) == nil {
		query := make([]byte, length)
		if _, err := io.ReadFull(connection, query); err != nil {
			return
		}
		if answer := server.answer(query, true); answer != nil {
			connection.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
		}
	}
}

// resolver is Go's own resolver with this server in place of every one of resolv.conf.
func (server *nameserver) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		address := server.udp
		if strings.HasPrefix(network, "tcp") {
			address = server.tcp
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}

// asked gives the questions so far, in the order in which they came, and forgets them.
func (server *nameserver) asked() []question {
	server.mutex.Lock()
	defer server.mutex.Unlock()
	asked := server.log
	server.log = nil
	return asked
}

func (server *nameserver) answer(query []byte, whole bool) []byte {
	const headerLength = 12
	var labels strings.Builder
	at := headerLength
	for query[at] != 0 {
		end := at + 1 + int(query[at])
		labels.Write(query[at+1 : end])
		labels.WriteByte('.')
		at = end
	}
	asked := question{labels.String(), binary.BigEndian.Uint16(query[at+1:])}
	end := at + 5
	server.mutex.Lock()
	times := 0
	for _, before := range server.log {
		if before == asked {
			times++
		}
	}
	server.log = append(server.log, asked)
	server.mutex.Unlock()
	says := server.script(asked, times)
	if says.lost {
		return nil
	}
	answer := append([]byte{}, query[:end]...)
	answer[2], answer[3] = 0x85, 0x80|byte(says.code) // an authoritative answer, recursion available
	clear(answer[6:headerLength])
	if says.tooLong && !whole {
		answer[2] |= 0x02 // truncated
		says.records = nil
	}
	answer[7] = byte(len(says.records))
	for _, data := range says.records {
		answer = append(answer, 0xC0, headerLength) // the name is that of the question
		answer = binary.BigEndian.AppendUint16(answer, asked.kind)
		answer = append(answer, 0, 1, 0, 0, 0, 5) // class IN, five seconds
		answer = binary.BigEndian.AppendUint16(answer, uint16(len(data)))
		answer = append(answer, data...)
	}
	return answer
}

// addresses answers each question with those of the addresses that are of its type.
func addresses(list ...string) func(question, int) reply {
	return func(asked question, _ int) reply {
		var records [][]byte
		for _, text := range list {
			ip := net.ParseIP(text)
			switch short := ip.To4(); {
			case asked.kind == typeA && short != nil:
				records = append(records, short)
			case asked.kind == typeAAAA && short == nil:
				records = append(records, ip)
			}
		}
		return reply{records: records}
	}
}

// silent loses every question.
func silent(question, int) reply { return reply{lost: true} }
