"""Go files as a large service repository has them: handlers, clients, settings, Kubernetes types, helpers and generated code.

By bytes some 60 % of them hold something that may matter, and 40 % of their functions' text does, as counted in thirty public projects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MODULE: Final = "module example.com/shop\n\ngo 1.23\n"

CLIENT_HEAD: Final = """\
// Package client{n} speaks to the service number {n}.
package client{n}

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"example.com/shop/internal/config{config}"
)

const (
	defaultTimeout = 10 * time.Second
	dialTimeout    = 3 * time.Second
	maxRetries     = 3
)

// ErrNotFound is returned when there is no such item.
var ErrNotFound = errors.New("client{n}: not found")

// Client speaks to the service.
type Client struct {{
	base   *url.URL
	client *http.Client
	token  string
	retry  int
}}

// New returns a client with the settings given.
func New(settings *config{config}.Settings) (*Client, error) {{
	base, err := url.Parse(settings.Address)
	if err != nil {{
		return nil, fmt.Errorf("parse address %q: %w", settings.Address, err)
	}}
	transport := &http.Transport{{
		DialContext:           (&net.Dialer{{Timeout: dialTimeout, KeepAlive: 30 * time.Second}}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: settings.HeaderTimeout,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
	}}
	client := &http.Client{{Transport: transport, Timeout: defaultTimeout}}
	return &Client{{base: base, client: client, token: settings.Token, retry: maxRetries}}, nil
}}
"""
CLIENT_CALL: Final = """
// Item{i} is what the service answers to Get{i}.
type Item{i} struct {{
	Name    string            `json:"name"`
	Count   int               `json:"count,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
	Created time.Time         `json:"created"`
}}

// Get{i} asks for one item.
func (c *Client) Get{i}(ctx context.Context, name string) (*Item{i}, error) {{
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	address := c.base.JoinPath("items{i}", name)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {{
		return nil, fmt.Errorf("make request: %w", err)
	}}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := c.client.Do(request)
	if err != nil {{
		return nil, fmt.Errorf("get item %q: %w", name, err)
	}}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {{
		return nil, ErrNotFound
	}}
	var item Item{i}
	if err := json.NewDecoder(response.Body).Decode(&item); err != nil {{
		return nil, fmt.Errorf("decode item %q: %w", name, err)
	}}
	return &item, nil
}}

// encode{i} writes the item for a request.
func encode{i}(item *Item{i}, w io.Writer) (int, error) {{
	var buffer bytes.Buffer
	for key, value := range item.Labels {{
		if value == "" || key == "" {{
			continue
		}}
		fmt.Fprintf(&buffer, "%s=%s\\n", key, value)
	}}
	for index := 0; index < item.Count; index++ {{
		buffer.WriteString(item.Name)
		buffer.WriteByte(' ')
	}}
	return w.Write(buffer.Bytes())
}}

// String tells what the item is, for logs.
func (item *Item{i}) String() string {{
	if item == nil {{
		return "none"
	}}
	return fmt.Sprintf("%s (%d)", item.Name, item.Count)
}}
"""
HANDLER_HEAD: Final = """\
// Package api{n} answers requests of team {n}.
package api{n}

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/shop/internal/client{client}"
)

// Server answers requests.
type Server struct {{
	mutex  sync.Mutex
	client *client{client}.Client
	logger *slog.Logger
	cache  map[string]string
}}

// Run serves until the context ends.
func (s *Server) Run(ctx context.Context, address string) error {{
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", s.health)
	server := &http.Server{{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute}}
	go func() {{
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if err := server.Shutdown(stop); err != nil {{
			s.logger.Error("shutdown", "error", err)
		}}
	}}()
	return server.ListenAndServe()
}}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {{
	w.WriteHeader(http.StatusOK)
}}
"""
HANDLER_CALL: Final = """
// handle{i} answers one kind of request. What is asked for comes from the cache when it is there, and from the service behind otherwise.
func (s *Server) handle{i}(w http.ResponseWriter, r *http.Request) {{
	name := strings.TrimPrefix(r.URL.Path, "/items{i}/")
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || limit <= 0 {{
		limit = 10
	}}
	s.mutex.Lock()
	cached, ok := s.cache[name]
	s.mutex.Unlock()
	if ok {{
		writeText{i}(w, cached)
		return
	}}
	item, err := s.client.Get0(r.Context(), name)
	switch {{
	case err != nil:
		s.logger.Error("get", "name", name, "error", err)
		http.Error(w, "not available", http.StatusBadGateway)
		return
	case item == nil:
		http.NotFound(w, r)
		return
	}}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(item); err != nil {{
		s.logger.Error("encode", "name", name, "error", err)
	}}
}}

func writeText{i}(w http.ResponseWriter, text string) {{
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, line := range strings.Split(text, "\\n") {{
		if _, err := w.Write([]byte(line + "\\n")); err != nil {{
			return
		}}
	}}
}}

func sorted{i}(names []string, less func(a, b string) bool) []string {{
	result := append([]string(nil), names...)
	for i := 1; i < len(result); i++ {{
		for j := i; j > 0 && less(result[j], result[j-1]); j-- {{
			result[j], result[j-1] = result[j-1], result[j]
		}}
	}}
	return result
}}
"""
CONFIG_HEAD: Final = """\
// Package config{n} holds the settings of program {n}.
package config{n}

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// Settings of the program.
type Settings struct {{
	Address       string        `yaml:"address"`
	Token         string        `yaml:"token"`
	HeaderTimeout time.Duration `yaml:"headerTimeout"`
}}

// Register declares the flags.
func (s *Settings) Register(flags *flag.FlagSet) {{
	flags.StringVar(&s.Address, "address", "http://orders.shop.svc:8080", "Address of the service.")
	flags.DurationVar(&s.HeaderTimeout, "header-timeout", 5*time.Second, "How long to wait for headers.")
}}
"""
CONFIG_CALL: Final = """
// Section{i} is one part of the settings.
type Section{i} struct {{
	Name     string            `yaml:"name"`
	Enabled  bool              `yaml:"enabled"`
	Interval time.Duration     `yaml:"interval"`
	Labels   map[string]string `yaml:"labels"`
	Paths    []string          `yaml:"paths"`
	Limit    int64             `yaml:"limit"`
}}

// Validate says what is wrong with the section.
func (s *Section{i}) Validate() error {{
	if s.Name == "" {{
		return fmt.Errorf("section {i}: name is required")
	}}
	for _, path := range s.Paths {{
		if !strings.HasPrefix(path, "/") {{
			return fmt.Errorf("section {i}: path %q is not absolute", path)
		}}
		if _, err := os.Stat(path); err != nil {{
			return fmt.Errorf("section {i}: %w", err)
		}}
	}}
	if s.Limit < 0 || s.Limit > 1<<20 {{
		return fmt.Errorf("section {i}: limit %d is out of range", s.Limit)
	}}
	return nil
}}

// Default{i} are the settings when nothing is said.
func Default{i}() Section{i} {{
	return Section{i}{{Name: "section-{i}", Enabled: true, Interval: 30 * time.Second, Limit: 100}}
}}
"""
TYPES_HEAD: Final = """\
package v1beta{n}

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// GroupName of the API.
const GroupName = "shop{n}.example.com"

// DefaultPeriod is how often things are looked at.
const DefaultPeriod = 30 * time.Second
"""
TYPES_CALL: Final = """
// Thing{i}Spec is what is wanted of a thing.
// Every field is optional, and what is left out has the default that the controller was started with.
type Thing{i}Spec struct {{
	// Replicas is how many of them there shall be. It is never below zero; the default is one.
	// +optional
	Replicas *int32 `json:"replicas,omitempty" protobuf:"varint,1,opt,name=replicas"`
	// Selector says which pods belong to the thing. It must match the labels of the template.
	Selector *metav1.LabelSelector `json:"selector" protobuf:"bytes,2,opt,name=selector"`
	// MinReadySeconds is how long a pod must be ready before it counts as available.
	// +optional
	MinReadySeconds int32 `json:"minReadySeconds,omitempty" protobuf:"varint,3,opt,name=minReadySeconds"`
	// Paused says that nothing is done for the time being.
	// +optional
	Paused bool `json:"paused,omitempty" protobuf:"varint,4,opt,name=paused"`
}}

// Thing{i}Phase is where a thing stands.
type Thing{i}Phase string

const (
	// Thing{i}Pending is a thing that was not looked at yet.
	Thing{i}Pending Thing{i}Phase = "Pending"
	// Thing{i}Ready is a thing that does its work.
	Thing{i}Ready Thing{i}Phase = "Ready"
)
"""
HELPER_HEAD: Final = """\
// Package text{n} works on texts.
package text{n}

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
)

var separators = []string{{", ", "; ", " | "}}
"""
HELPER_CALL: Final = """
// Words{i} splits a text into words, each once, in order of the alphabet.
func Words{i}(text string, limit int) ([]string, error) {{
	seen := make(map[string]bool)
	for _, separator := range separators {{
		text = strings.ReplaceAll(text, separator, " ")
	}}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {{ return unicode.IsSpace(r) || r == '-' }}) {{
		word = strings.ToLower(strings.Trim(word, ".:!?"))
		if word == "" || seen[word] {{
			continue
		}}
		if limit > 0 && len(seen) >= limit {{
			return nil, fmt.Errorf("more than %d words", limit)
		}}
		seen[word] = true
	}}
	words := make([]string, 0, len(seen))
	for word := range seen {{
		words = append(words, word)
	}}
	sort.Strings(words)
	return words, nil
}}

// Cut{i} shortens a text to a number of characters.
func Cut{i}(text string, length int) string {{
	runes := []rune(text)
	if len(runes) <= length || length < 1 {{
		return text
	}}
	return string(runes[:length-1]) + "…"
}}
"""
COPY_HEAD: Final = """\
// Code generated by deepcopy-gen. DO NOT EDIT.

package v1beta{n}

import "time"

var _ = time.Second
"""
COPY_CALL: Final = """
// DeepCopyInto copies the receiver into out.
func (in *Thing{i}Spec) DeepCopyInto(out *Thing{i}Spec) {{
	*out = *in
	if in.Replicas != nil {{
		in, out := &in.Replicas, &out.Replicas
		*out = new(int32)
		**out = **in
	}}
	if in.Selector != nil {{
		out.Selector = in.Selector.DeepCopy()
	}}
}}
"""

KINDS: Final = (
    ("client", CLIENT_HEAD, CLIENT_CALL),
    ("config", CONFIG_HEAD, CONFIG_CALL),
    ("api", HANDLER_HEAD, HANDLER_CALL),
    ("client", CLIENT_HEAD, CLIENT_CALL),
    ("types", TYPES_HEAD, TYPES_CALL),
    ("text", HELPER_HEAD, HELPER_CALL),
    ("client", CLIENT_HEAD, CLIENT_CALL),
    ("text", HELPER_HEAD, HELPER_CALL),
    ("copy", COPY_HEAD, COPY_CALL),
    ("text", HELPER_HEAD, HELPER_CALL),
)
"""Ten files: name, head and what is repeated until a file has its size. The second and the first are what the others import."""
BYTES_PER_FILE: Final = 10_000


def generate_go(folder: Path, files: int) -> int:
    """Write the files, a package each; the number of bytes."""
    (folder / "go.mod").write_text(MODULE, encoding="utf-8")
    size = 0
    for number in range(files):
        name, head, repeated = KINDS[number % len(KINDS)]
        first = number - number % len(KINDS)
        parts = [head.format(n=number, client=first, config=first + 1)]
        length, index = len(parts[0]), 0
        # Files differ in size as real ones do: from a third of the mean to twice as much.
        wanted = BYTES_PER_FILE * (1 + number % 6) // 3
        while length < wanted:
            parts.append(repeated.format(i=index))
            length += len(parts[-1])
            index += 1
        path = folder / "internal" / f"{name}{number}" / f"{name}.go"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(parts)
        path.write_text(text, encoding="utf-8")
        size += len(text.encode())
    return size
